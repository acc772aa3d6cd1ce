// The ordered list of cell arrays that the filters share: AddVolumeFractionArray and its kin.
#ifndef mir_filters_VolumeFractionArrays_h
#define mir_filters_VolumeFractionArrays_h

/// Implements the four methods for a class with the member VolumeFractionArrays.
#define mirVolumeFractionArraysMacro(Class)                                                        \
  void Class::AddVolumeFractionArray(const char* name)                                             \
  {                                                                                                \
    this->VolumeFractionArrays.emplace_back(name ? name : "");                                     \
    this->Modified();                                                                              \
  }                                                                                                \
  void Class::ClearVolumeFractionArrays()                                                          \
  {                                                                                                \
    this->VolumeFractionArrays.clear();                                                            \
    this->Modified();                                                                              \
  }                                                                                                \
  int Class::GetNumberOfVolumeFractionArrays()                                                     \
  {                                                                                                \
    return static_cast<int>(this->VolumeFractionArrays.size());                                    \
  }                                                                                                \
  const char* Class::GetVolumeFractionArray(int index)                                             \
  {                                                                                                \
    return index >= 0 && index < this->GetNumberOfVolumeFractionArrays()                           \
      ? this->VolumeFractionArrays[index].c_str()                                                  \
      : nullptr;                                                                                   \
  }

#endif
