#include "plic/ReconstructedDistance.h"

#include "plic/CellCutter.h"
#include "plic/CheckedStart.h"
#include "plic/LeastSquares.h"
#include "plic/MixedNeighbours.h"
#include "plic/ParaboloidFit.h"
#include "plic/UninitializedVector.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace mir {

namespace {

/// Turns, in radians, that wake a cell's neighbours: heights change by their squares only.
constexpr double wakingTurn = 1e-4;
/// The same for neighbours that follow this cell's slope.
constexpr double followedTurn = 1e-5;
/// Turns that call for a new cut: by less, a facet turns about its centroid with the volume kept to
/// the square.
constexpr double cuttingTurn = 1e-3;
/// The first fits start from facets tilted at random and give flatter paraboloids.
constexpr double firstFlatness = 1e-2;
constexpr double flatness = 1e-5;
/// The least part of a proposed turn that is made.
constexpr double leastDamping = 0.03;
/// After so many rounds no turn of a cell is more than half the one before: what has found no rest
/// by then swings or runs away, and rounding would grow tenfold a round with it.
constexpr int roundsToRest = 6;
/// Cells at the edge of the mesh take more rounds to rest, and get as many at the least.
constexpr int roundsAtEdge = 10;
/// The areas of a sheet's facets add up as vectors to at least this part of their sum; those of a
/// closed surface to less than the second.
constexpr double openSheet = 0.6;
constexpr double closedSheet = 0.2;
/// The state of a mixed cell.
struct CellState
{
  /// Root mean square distance of the centroids of the mixed cells that share a point with it. At
  /// the edge of the mesh, too: against it facets of further rings lie far and count little, so
  /// that corners there are seen from near by.
  double scale = 0.0;
  /// The part of the proposed turn that is made.
  double damping = 1.0;
  Vec3 lastTurn;
  /// Length of the last turn made.
  double lastMade = 0.0;
  /// The facet was last cut with this normal.
  Vec3 cutNormal;
  Vec3 proposed;
  /// Square of the turn proposed in this round.
  double turn2 = 0.0;
  bool poor = false;
  /// How much of the fit is made, against the start: 1 unless the facets about enclose a droplet.
  double trust = 1.0;
};

class Iteration
{
public:
  Iteration(const CellBand& band, const MaterialField& field, CheckedStart start,
    const ParallelFor& parallelFor)
    : Band(band)
    , Field(field)
    , Parallel(parallelFor)
    , From(std::move(start))
    , About(mixedNeighbours(band, field, From.atEdge, parallelFor))
    , Facets(field.mixed.size())
    , States(field.mixed.size())
    , Active(field.mixed.size())
  {
    std::iota(this->Active.begin(), this->Active.end(), 0);
    this->forEachActive([this](int slot, CellCutter& cutter) {
      const int cell = this->Field.mixed[slot];
      this->States[slot] = {};
      Facet& facet = this->Facets[slot] = {};
      facet.origin = this->Band.origin(cell);
      facet.normal = this->From.normals[slot];
      this->cutFacet(slot, cutter);
      double sum = 0.0;
      int count = 0;
      for (auto i = this->Band.neighbourOffsets[cell]; i < this->Band.neighbourOffsets[cell + 1];
           ++i)
      {
        const int neighbour = this->Band.neighbours[i];
        if (this->Field.slots[neighbour] >= 0)
        {
          const Vec3 offset = this->Band.centroids[neighbour] - this->Band.centroids[cell];
          sum += dot(offset, offset);
          ++count;
        }
      }
      this->States[slot].scale = count > 0 ? std::sqrt(sum / count) : 0.0;
    });
    this->Active.erase(std::remove_if(this->Active.begin(), this->Active.end(),
                         [this](int slot) { return this->isSettled(slot); }),
      this->Active.end());
  }

  /// One round; after the last one facets need not follow their normals.
  void step(int round, bool last)
  {
    this->forEachActive([this, round](int slot, CellCutter&) { this->propose(slot, round); });
    this->forEachActive([this, round, last](int slot, CellCutter& cutter) {
      this->turn(slot, round, last ? nullptr : &cutter);
    });
  }

  /// Makes those cells active about which something moved in the last round; or of them those at
  /// the edge of the mesh.
  void wake(bool atEdgeOnly)
  {
    std::vector<char>& awake = this->Awake;
    awake.assign(this->States.size(), 0);
    this->Parallel(static_cast<int>(awake.size()), [&](int begin, int end) {
      for (int slot = begin; slot < end; ++slot)
      {
        const CellState& state = this->States[slot];
        const double least = state.poor ? followedTurn : wakingTurn;
        const double area = this->Facets[slot].area;
        const auto last = this->isSettled(slot) ? 0 : this->About.offsets[slot + 1];
        const bool rests = atEdgeOnly && this->From.atEdge[slot] == 0;
        bool any = !rests && state.turn2 > least * least;
        for (auto i = this->About.offsets[slot]; i < last && !rests && !any; ++i)
        {
          // A small facet hardly counts in the fit of a large one.
          const int neighbour = this->About.slots[i];
          const double turn2 = this->States[neighbour].turn2;
          any =
            turn2 > least * least && turn2 * this->Facets[neighbour].area >= least * least * area;
        }
        awake[slot] = any;
      }
    });
    for (CellState& state : this->States)
    {
      state.turn2 = 0.0;
    }
    this->Active.clear();
    for (std::size_t slot = 0; slot < awake.size(); ++slot)
    {
      if (awake[slot])
      {
        this->Active.push_back(static_cast<int>(slot));
      }
    }
  }

  int numberActive() const { return static_cast<int>(this->Active.size()); }

  bool anyAtEdge() const
  {
    return std::find(this->From.atEdge.begin(), this->From.atEdge.end(), 1) !=
      this->From.atEdge.end();
  }

  NormalField normals() const
  {
    NormalField result(this->Facets.size());
    this->Parallel(static_cast<int>(result.size()), [&](int begin, int end) {
      std::transform(this->Facets.begin() + begin, this->Facets.begin() + end,
        result.begin() + begin, [](const Facet& facet) { return facet.normal; });
    });
    return result;
  }

private:
  bool isSettled(int slot) const
  {
    return !this->From.settled.empty() && this->From.settled[slot] != 0;
  }

  template <typename Visit>
  void forEachActive(Visit visit)
  {
    this->Parallel(this->numberActive(), [&](int begin, int end) {
      CellCutter cutter(this->Band);
      for (int i = begin; i < end; ++i)
      {
        visit(this->Active[i], cutter);
      }
    });
  }

  void cutFacet(int slot, CellCutter& cutter)
  {
    Facet& facet = this->Facets[slot];
    facet.area = 0.0;
    if (dot(facet.normal, facet.normal) == 0.0)
    {
      return;
    }
    this->States[slot].cutNormal = facet.normal;
    const int cell = this->Field.mixed[slot];
    const double constant = cutter.planeConstant(cell, facet.normal, this->Field.fractions[cell]);
    const CutMoments cut = cutter.cutMoments(cell, facet.normal, constant);
    facet.area = cut.area;
    facet.centroid = cut.centroid;
    for (int i = 0; i < 6; ++i)
    {
      facet.second[i] = cut.area > 0.0 ? cut.second[i] / cut.area : 0.0;
    }
  }

  /// The mean normal of the neighbours, for cells without one.
  Vec3 meanNormal(int slot) const
  {
    Vec3 sum;
    double area = 0.0;
    for (auto i = this->About.offsets[slot]; i < this->About.offsets[slot + 1]; ++i)
    {
      const Facet& facet = this->Facets[this->About.slots[i]];
      sum = sum + facet.area * facet.normal;
      area += facet.area;
    }
    const double size = length(sum);
    return size > 1e-3 * area ? 1.0 / size * sum : Vec3{};
  }

  /// A droplet smaller than the stencil is no sheet: the areas of its facets add up to nothing as
  /// vectors, as those of a film's two sides do; but these lie along one direction.
  double trustInSheet(int slot) const
  {
    auto forEach = [&](auto&& add) {
      add(this->Facets[slot]);
      for (auto i = this->About.offsets[slot]; i < this->About.offsets[slot + 1]; ++i)
      {
        add(this->Facets[this->About.slots[i]]);
      }
    };
    Vec3 sum;
    double area = 0.0;
    forEach([&](const Facet& facet) {
      sum = sum + facet.area * facet.normal;
      area += facet.area;
    });
    const double open =
      area > 0.0 ? (length(sum) / area - closedSheet) / (openSheet - closedSheet) : 1.0;
    if (open >= 1.0)
    {
      return 1.0;
    }
    double t[6] = {};
    forEach([&](const Facet& facet) {
      const Vec3 n = facet.normal;
      const Vec3 a = facet.area * n;
      t[0] += a.x * n.x;
      t[1] += a.y * n.y;
      t[2] += a.z * n.z;
      t[3] += a.x * n.y;
      t[4] += a.x * n.z;
      t[5] += a.y * n.z;
    });
    // Sum of the squared eigenvalues of the directions' mean tensor: 1 for a film, 1 / dimension
    // for a droplet.
    const double squares =
      (t[0] * t[0] + t[1] * t[1] + t[2] * t[2] + 2.0 * (t[3] * t[3] + t[4] * t[4] + t[5] * t[5])) /
      (area * area);
    const double flat = (squares - 1.0 / this->Band.dimension - 0.05) / 0.15;
    return std::clamp(std::max(open, flat), 0.0, 1.0);
  }

  void propose(int slot, int round)
  {
    CellState& state = this->States[slot];
    const Facet& own = this->Facets[slot];
    if (dot(own.normal, own.normal) == 0.0)
    {
      state.proposed = this->meanNormal(slot);
      return;
    }
    if (state.scale == 0.0)
    {
      state.proposed = own.normal;
      return;
    }
    const auto begin = this->About.offsets[slot];
    const ParaboloidFit fit = fitParaboloid(this->Band.dimension, own, this->Facets.data(),
      this->About.slots + begin, static_cast<int>(this->About.offsets[slot + 1] - begin),
      state.scale, round == 0 ? firstFlatness : flatness);
    state.poor = fit.poor;
    state.proposed = fit.normal;
    if (round == 0)
    {
      state.trust = fit.leastCosine >= openSheet ? 1.0 : this->trustInSheet(slot);
    }
    // Without a sheet to fit the gradient says more.
    const double trust = state.trust * std::min(fit.sheet, 1.0);
    if (trust < 1.0)
    {
      const Vec3 mean = trust * fit.normal + (1.0 - trust) * this->From.normals[slot];
      const double size = length(mean);
      state.proposed = size > 0.0 ? 1.0 / size * mean : own.normal;
    }
  }

  /// Turns the facet to the proposed normal, by less where it swings (Aitken 1926).
  void turn(int slot, int round, CellCutter* cutter)
  {
    CellState& state = this->States[slot];
    Facet& facet = this->Facets[slot];
    const Vec3 turn = state.proposed - facet.normal;
    const double size2 = dot(turn, turn);
    const double last2 = dot(state.lastTurn, state.lastTurn);
    if (size2 <= 0.1 * last2 || size2 <= wakingTurn * wakingTurn)
    {
      state.damping = 1.0;
    }
    else if (last2 > 0.0 && (dot(turn, state.lastTurn) < 0.0 || state.damping < 1.0))
    {
      const Vec3 change = turn - state.lastTurn;
      const double change2 = dot(change, change);
      if (change2 > 0.0)
      {
        state.damping =
          std::clamp(-state.damping * dot(state.lastTurn, change) / change2, leastDamping, 1.0);
      }
    }
    const double turned = std::sqrt(size2);
    if (round >= roundsToRest && state.damping * turned > 0.5 * state.lastMade)
    {
      state.damping = 0.5 * state.lastMade / turned;
    }
    state.lastMade = state.damping * turned;
    state.lastTurn = turn;
    state.turn2 = size2;
    const Vec3 normal = facet.normal + state.damping * turn;
    const double size = length(normal);
    if (size2 > 0.0 && size > 0.0)
    {
      facet.normal = 1.0 / size * normal;
      const Vec3 sinceCut = facet.normal - state.cutNormal;
      if (cutter && dot(sinceCut, sinceCut) > cuttingTurn * cuttingTurn)
      {
        this->cutFacet(slot, *cutter);
      }
    }
  }

  const CellBand& Band;
  const MaterialField& Field;
  const ParallelFor& Parallel;
  CheckedStart From;
  MixedNeighbours About;
  UninitializedVector<Facet> Facets;
  UninitializedVector<CellState> States;
  std::vector<int> Active;
  std::vector<char> Awake;
};

/// Turns until all rests.
NormalField iterate(const CellBand& band, const MaterialField& field, CheckedStart start,
  const ParallelFor& parallelFor, int maximumIterations, ReconstructedDistanceCounts* counts)
{
  Iteration iteration(band, field, std::move(start), parallelFor);
  const int rounds = maximumIterations > 0 && iteration.anyAtEdge()
    ? std::max(maximumIterations, roundsAtEdge)
    : maximumIterations;
  ReconstructedDistanceCounts done;
  while (done.iterations < rounds && iteration.numberActive() > 0)
  {
    done.fits += iteration.numberActive();
    iteration.step(done.iterations, done.iterations + 1 == rounds);
    ++done.iterations;
    if (done.iterations < rounds || counts)
    {
      iteration.wake(done.iterations >= maximumIterations && done.iterations < rounds);
    }
  }
  done.moving = iteration.numberActive();
  if (counts)
  {
    *counts = done;
  }
  return iteration.normals();
}

} // namespace

NormalField reconstructedDistance(const CellBand& band, const MaterialField& field,
  const ParallelFor& parallelFor, int maximumIterations, ReconstructedDistanceCounts* counts)
{
  std::vector<int> all(field.mixed.size());
  std::iota(all.begin(), all.end(), 0);
  return reconstructedDistance(band, field, leastSquares(band, field, parallelFor), all,
    parallelFor, maximumIterations, counts);
}

NormalField reconstructedDistance(const CellBand& band, const MaterialField& field,
  NormalField start, const std::vector<int>& checked, const ParallelFor& parallelFor,
  int maximumIterations, ReconstructedDistanceCounts* counts)
{
  return iterate(band, field, checkedStart(band, field, std::move(start), checked, parallelFor),
    parallelFor, maximumIterations, counts);
}

} // namespace mir
