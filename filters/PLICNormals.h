// Normals of every material in the mixed cells of a data set, by any of the estimators.
#ifndef mir_filters_PLICNormals_h
#define mir_filters_PLICNormals_h

#include "InterfaceBand.h"

#include "plic/Vector.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// In the order of vtkMaterialInterfaceAlgorithm::PlanesType.
enum class NormalMethod
{
  Youngs,
  MixedYoungsCentered,
  LeastSquares,
  Elvira,
  Lvira,
  ReconstructedDistance,
  MomentOfFluid,
  Automatic
};

/// As users know it.
const char* methodName(NormalMethod method);

/// What methods may need of the data: to be an image or rectilinear grid, and to have a centroid
/// array for each array of fractions.
struct MethodInput
{
  bool grid = false;
  bool centroids = false;
};
/// In words.
const char* methodNeeds(NormalMethod method);

/// The method that data get when `asked` is chosen: what Automatic stands for, and
/// ReconstructedDistance for methods that lack what they need.
NormalMethod applicableMethod(NormalMethod asked, MethodInput input);

/// What a method reads of the band.
BandExtent bandExtent(NormalMethod applicable, const MeshAdaptor& mesh);

/// What the mixed cells hold. Mixed cell i of the band (band.mixed[i]) has the entries
/// offsets[i] .. offsets[i + 1] - 1, in the order of the materials.
struct MixedMaterials
{
  std::vector<std::int64_t> offsets;
  std::vector<unsigned char> materials;
  /// Above the tolerance; those of a cell sum to 1.
  std::vector<double> fractions;
  /// Unit, out of the material. In a cell of two they are opposite.
  std::vector<Vec3> normals;
  /// Of the fractions, where the data have more than two materials (else empty).
  std::vector<Vec3> gradients;
  /// Mixed cells, ghosts not counted, in which the fractions gave no direction and the first axis
  /// was taken.
  std::int64_t withoutDirection = 0;

  int count(std::size_t mixed) const
  {
    return static_cast<int>(this->offsets[mixed + 1] - this->offsets[mixed]);
  }
};

/// Materials and fractions of the mixed cells; normals are left empty.
MixedMaterials mixedMaterials(
  const MaterialFractions& fractions, const InterfaceBand& band, double tolerance);

/// Iterations that a method makes: 0 but for ReconstructedDistance, of which Automatic makes as
/// many on image and rectilinear grids as cost no more than Mixed Youngs-Centered does twice.
int roundsOf(NormalMethod asked, MethodInput input);

/// Fills in the normals and gradients. Where two of several materials share a cell, the one with
/// the larger gradient gives the normal: a film's own says little. `centroidArrays` name one array
/// of centroids for each array of fractions, for MomentOfFluid alone, which throws
/// std::runtime_error naming the array that is not there or the first bad cell. `rounds` limits the
/// iterations of ReconstructedDistance.
void findNormals(NormalMethod applicable, int rounds,
  const std::vector<std::string>& centroidArrays, const MeshAdaptor& mesh,
  const MaterialFractions& fractions, const InterfaceBand& band, double tolerance,
  MixedMaterials& materials);

} // namespace mir

#endif
