// What the cells of a mesh hold by their volume fractions, as the error measures see it.
#ifndef mir_data_CellMaterials_h
#define mir_data_CellMaterials_h

#include <cstdint>
#include <vector>

namespace mir {

/// The volume fractions of two or more materials. Fractions within `tolerance` of 1 fill a cell:
/// it is pure; all others are mixed.
class CellMaterials
{
public:
  /// One vector a material with one value a cell; a single one f stands for f and 1 - f. Throws
  /// std::invalid_argument for none, for different sizes, and, naming the first cell, for values
  /// that are not finite.
  CellMaterials(std::vector<std::vector<double>> fractions, double tolerance);

  int materials() const;
  std::int64_t cells() const { return static_cast<std::int64_t>(this->Fillers.size()); }

  /// The material that fills a cell, -1 in a mixed one.
  int filler(std::int64_t cell) const { return this->Fillers[cell]; }
  bool mixed(std::int64_t cell) const { return this->Fillers[cell] < 0; }
  /// The part of a cell that is a material's: its fraction in a mixed cell, else the 0 or 1 that it
  /// is taken for.
  double part(int material, std::int64_t cell) const;
  /// Whether a cell has more than the tolerance of a material.
  bool holds(int material, std::int64_t cell) const;
  bool haveCommon(std::int64_t a, std::int64_t b) const;
  /// The material that a mixed cell holds least of, of equals the last.
  int rarest(std::int64_t cell) const;

  /// The materials whose regions tell those of all: of two the first alone.
  std::vector<int> measured() const;

private:
  double fraction(int material, std::int64_t cell) const;

  std::vector<std::vector<double>> Fractions;
  double Tolerance;
  std::vector<int> Fillers;
};

} // namespace mir

#endif
