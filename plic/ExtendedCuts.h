// Nested cuts of a cell, extended into its neighbours.
#ifndef mir_plic_ExtendedCuts_h
#define mir_plic_ExtendedCuts_h

#include "plic/CellBand.h"
#include "plic/CellCutter.h"
#include "plic/SimplexFan.h"
#include "plic/Vector.h"

#include <functional>
#include <vector>

namespace mir {

/// Normal equations of a misfit for small turns of a plane towards its tangents (2D: the first).
struct TurnEquations
{
  Vec3 tangents[2];
  /// xx, xy, yy of the sum of the slopes' products.
  double matrix[3] = {};
  double vector[2] = {};
};

/// How well the planes of nested cuts, found in one cell, fit the fractions of its neighbours when
/// they cut these in the same order. What a neighbour has of materials that the cell has not may
/// lie in the part of any: only what goes beyond counts.
/// Cuts form levels, 0 for the first: a cut of a level goes through what is left after the cuts
/// kept at the levels before. Keeps its memory from cell to cell: use one object a thread.
class ExtendedCuts
{
public:
  /// Keeps a reference to the band, which must be measured, and connected about the cells asked
  /// for.
  explicit ExtendedCuts(const CellBand& band);

  /// Begins with a cell and its materials: `fractions` are the cell's own, and
  /// fractionOf(material, cell) those of the neighbours.
  void open(int cell, const std::vector<int>& materials, const std::vector<double>& fractions,
    const std::function<double(int, int)>& fractionOf);

  /// Cuts off material k (by its position in the list) along a unit normal and returns the sum of
  /// the squared differences from the neighbours' fractions: of that material and, when the cut is
  /// the last one, of the material `rest` that takes what is left (else -1). Adds to `turn` where
  /// asked for.
  double cut(int level, int k, int rest, Vec3 normal, TurnEquations* turn = nullptr);

  /// Keeps the last cut, which went along `normal`, for the levels that follow.
  void keep(int level, Vec3 normal);

private:
  /// What cuts have left of a cell.
  struct Rest
  {
    enum
    {
      Whole,
      Some,
      None
    } state = Whole;
    double volume = 0.0;
    Polygon polygon;
    Polyhedron polyhedron;
    SimplexFan fan;
    /// Whether the shape and the fan are known; those of whole cells are found when needed, and
    /// kept in the first level.
    bool loaded = false;
    bool fanned = false;
  };
  /// The cell itself, first, and its neighbours.
  using Level = std::vector<Rest>;

  /// Of Cells[i], with the cut's area and centroid where asked for.
  double volumeBelow(std::size_t i, Rest& rest, Vec3 normal, double constant, CutMoments* moments);
  const SimplexFan& fanOf(std::size_t i, Rest& rest);
  void loadWhole(std::size_t i);
  void cutAway(std::size_t i, const Rest& rest, Vec3 normal, double constant, Rest& left);

  const CellBand& Band;
  CellCutter Cutter;
  FanCutter Fan;
  std::vector<int> Cells;
  int Count = 0;
  /// Of material k in Cells[i] at i * Count + k.
  std::vector<double> Fractions;
  /// The fraction of each that other materials have.
  std::vector<double> Foreign;
  std::vector<Level> Levels;
  /// The last cut: its constant, and the volume of each cell below it.
  double Constant = 0.0;
  std::vector<double> Below;
};

} // namespace mir

#endif
