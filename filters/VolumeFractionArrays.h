// Ordered lists of cell arrays that the filters share: AddVolumeFractionArray and its kin.
#ifndef mir_filters_VolumeFractionArrays_h
#define mir_filters_VolumeFractionArrays_h

/// Implements AddNameArray, ClearNameArrays, GetNumberOfNameArrays and GetNameArray for a class
/// with the member NameArrays.
#define mirArrayListMacro(Class, Name)                                                             \
  void Class::Add##Name##Array(const char* name)                                                   \
  {                                                                                                \
    this->Name##Arrays.emplace_back(name ? name : "");                                             \
    this->Modified();                                                                              \
  }                                                                                                \
  void Class::Clear##Name##Arrays()                                                                \
  {                                                                                                \
    this->Name##Arrays.clear();                                                                    \
    this->Modified();                                                                              \
  }                                                                                                \
  int Class::GetNumberOf##Name##Arrays()                                                           \
  {                                                                                                \
    return static_cast<int>(this->Name##Arrays.size());                                            \
  }                                                                                                \
  const char* Class::Get##Name##Array(int index)                                                   \
  {                                                                                                \
    return index >= 0 && index < this->GetNumberOf##Name##Arrays()                                 \
      ? this->Name##Arrays[index].c_str()                                                          \
      : nullptr;                                                                                   \
  }

#define mirVolumeFractionArraysMacro(Class) mirArrayListMacro(Class, VolumeFraction)

#endif
