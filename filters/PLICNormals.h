// PLIC normals in the cells of a data set.
#ifndef mir_filters_PLICNormals_h
#define mir_filters_PLICNormals_h

#include "MeshAdaptor.h"

#include "vtkType.h"

#include <memory>
#include <vector>

namespace mir {

enum class NormalMethod
{
  Youngs,
  MixedYoungsCentered,
  LeastSquares
};

/// Estimates the outward normal of the material in a cell from the fractions about it. Outside of
/// the mesh the nearest cell's fraction is repeated.
class NormalEstimator
{
public:
  virtual ~NormalEstimator() = default;
  /// Unit; in the plane (z = 0, coordinates u, v) for a mesh of dimension 2. Where the fractions
  /// have no gradient the first axis is taken. Safe from several threads.
  Vec3 normal(vtkIdType cell) const;

protected:
  virtual Vec3 estimate(vtkIdType cell) const = 0;
};

/// The estimator for a mesh. `method` is changed to LeastSquares where the asked-for one needs
/// an image or rectilinear grid and the mesh is none. `cells` are those that will be asked for.
std::unique_ptr<NormalEstimator> makeNormalEstimator(NormalMethod& method, const MeshAdaptor& mesh,
  const std::vector<double>& fractions, const std::vector<vtkIdType>& cells);

} // namespace mir

#endif
