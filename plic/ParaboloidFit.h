// A paraboloid through the facets about a cell: the interface's normal to third order.
#ifndef mir_plic_ParaboloidFit_h
#define mir_plic_ParaboloidFit_h

#include "plic/Vector.h"

namespace mir {

/// A plane's cut through a cell. Positions are origin + centroid: the origin is a mesh point, so
/// that differences between facets keep their digits wherever the mesh lies.
struct Facet
{
  Vec3 origin;
  Vec3 centroid;
  /// Unit, out of the material; zero where there is no facet.
  Vec3 normal;
  /// Length in 2D.
  double area = 0.0;
  /// Second moments about the centroid over the area: xx, yy, zz, xy, xz, yz.
  double second[6] = {};
};

/// What fitParaboloid() finds.
struct ParaboloidFit
{
  /// Unit, at the centroid of the facet asked about.
  Vec3 normal;
  /// Root mean square distance between the paraboloid and the facets, over the scale.
  double misfit = 0.0;
  /// Number of neighbours of the same sheet; those that face half away count in part.
  double sheet = 0.0;
  /// Least cosine between the own normal and a neighbour's.
  double leastCosine = 1.0;
  /// Too few facets of this sheet to tell the tilt: the normal follows those of the neighbours.
  bool poor = false;
};

/// A paraboloid over the plane of a facet.
struct Paraboloid
{
  ParaboloidFit fit;
  /// Unit vectors in the plane; in 2D the second is zero.
  Vec3 x;
  Vec3 y;
  /// Its height along the facet's normal above the point origin + centroid + p of the plane is
  /// value + s . p + p^T C p / 2 (1 + |C p|^2 / 4), where p has coordinates along x and y; C as xx,
  /// xy, yy. The last factor makes arcs of parabolas, to fourth order.
  double value = 0.0;
  double slopes[2] = { 0.0, 0.0 };
  double curvatures[3] = { 0.0, 0.0, 0.0 };
};

/// Fits a paraboloid to `own` and the `count` facets facets[neighbours[i]] by weighted least
/// squares (after Jibben, Carlson and Francois 2019; Evrard, Chiodi, Han, van Wachem and
/// Desjardins 2020).
///
/// The paraboloid is a height over the own facet's plane. Its mean over the projection of each
/// facet is to be the facet's own: as facet and interface enclose the same volume this holds to
/// second order in the facet's tilt, and normals converge quadratically when facets and fits are
/// found in turns. Weights grow with the area and fall with the distance. Facets that face another
/// way belong to another sheet of the interface and do not count. The facets' slopes count little
/// where heights suffice, and in full where they do not.
///
/// From facet to facet the surface bends as an arc does, whose rise is 2 / (1 + cos a) times that
/// of a parabola where the normals differ by the angle a: circles, cylinders and spheres have no
/// error of fourth order, of which facets on one side alone, as at a mesh's edge, would make much.
///
/// `scale` is a typical distance of the neighbours. `flatness` > 0 holds curvatures back: 1e-5
/// does so only where the facets do not determine them, 1 gives nearly a plane.
ParaboloidFit fitParaboloid(int dimension, const Facet& own, const Facet* facets,
  const int* neighbours, int count, double scale, double flatness);

/// The same, with the paraboloid itself; flat and through the facet where nothing determines it.
Paraboloid paraboloidThrough(int dimension, const Facet& own, const Facet* facets,
  const int* neighbours, int count, double scale, double flatness);

} // namespace mir

#endif
