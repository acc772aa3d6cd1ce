#include "data/SolidShapes.h"

#include <algorithm>
#include <cmath>
#include <cstring>

// Eight points at a time, in the widest registers that the machine has; lanes never mix, and
// without contraction all give the same bits.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define MIR_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MIR_VECTORISED
#endif
// Vectors are passed in registers that differ between the instruction sets: no calls.
#define MIR_INLINED __attribute__((always_inline))
#define MIR_INLINE inline MIR_INLINED

namespace mir {

namespace {

using Kind = SolidShape::Kind;

constexpr int width = 8;
typedef double Lanes __attribute__((vector_size(width * sizeof(double))));

struct Lanes3
{
  Lanes x;
  Lanes y;
  Lanes z;
};

MIR_INLINE Lanes all(double a)
{
  return a - Lanes{};
}

MIR_INLINE Lanes square(Lanes a)
{
  return a * a;
}

MIR_INLINE Lanes larger(Lanes a, Lanes b)
{
  return a < b ? b : a;
}

MIR_INLINE Lanes smaller(Lanes a, Lanes b)
{
  return a < b ? a : b;
}

MIR_INLINE Lanes positive(Lanes a)
{
  return larger(a, Lanes{});
}

MIR_INLINE Lanes absolute(Lanes a)
{
  return larger(a, -a);
}

MIR_INLINE Lanes root(Lanes a)
{
  for (int i = 0; i < width; ++i)
  {
    a[i] = std::sqrt(a[i]);
  }
  return a;
}

/// Of two half-spaces or bodies at right angles: the distance from their intersection.
MIR_INLINE Lanes intersection(Lanes a, Lanes b)
{
  const Lanes outside = root(square(positive(a)) + square(positive(b)));
  return outside + smaller(larger(a, b), Lanes{});
}

MIR_INLINE Lanes box(Lanes x, Lanes y, Lanes z, double a, double b, double c)
{
  const Lanes u = absolute(x) - a;
  const Lanes v = absolute(y) - b;
  const Lanes w = absolute(z) - c;
  const Lanes outside = root(square(positive(u)) + square(positive(v)) + square(positive(w)));
  return outside + smaller(larger(u, larger(v, w)), Lanes{});
}

/// A function with the body as its negative side, and its gradient, in the body's frame.
struct Implicit
{
  Lanes value;
  Lanes3 gradient;
};

struct Ellipsoid
{
  static MIR_INLINE Implicit at(const SolidShape& shape, Lanes x, Lanes y, Lanes z)
  {
    const Lanes u = x / shape.size[0];
    const Lanes v = y / shape.size[1];
    const Lanes w = z / shape.size[2];
    const Lanes length = root(u * u + v * v + w * w) + 1e-9;
    const Lanes scale = 1.0 / length;
    return { length - 1.0,
      { scale * u / shape.size[0], scale * v / shape.size[1], scale * w / shape.size[2] } };
  }
};

struct Blob
{
  static MIR_INLINE Implicit at(const SolidShape& shape, Lanes x, Lanes y, Lanes z)
  {
    Lanes sum{};
    Lanes3 slope{};
    for (const SolidShape::Bump& ball : shape.bumps)
    {
      const Lanes u = x - ball.centre.x;
      const Lanes v = y - ball.centre.y;
      const Lanes w = z - ball.centre.z;
      const Lanes inverse = 1.0 / (u * u + v * v + w * w + 1e-12);
      const Lanes term = square(ball.radius * ball.radius * inverse);
      sum += term;
      const Lanes part = term * inverse;
      slope.x += part * u;
      slope.y += part * v;
      slope.z += part * w;
    }
    // sum^(-1/4) - 1 has the slope sum^(-5/4) times the terms'.
    const Lanes mean = 1.0 / root(root(sum));
    const Lanes factor = mean / sum;
    return { mean - 1.0, { factor * slope.x, factor * slope.y, factor * slope.z } };
  }
};

struct Height
{
  Lanes value;
  Lanes slopeU;
  Lanes slopeV;
};

MIR_INLINE Height heightOf(const SolidShape::Bump* hills, int count, Lanes u, Lanes v)
{
  Height height{};
  for (int i = 0; i < count; ++i)
  {
    const Lanes du = u - hills[i].centre.x;
    const Lanes dv = v - hills[i].centre.y;
    const double scale = 1.0 / (hills[i].radius * hills[i].radius);
    const Lanes inverse = 1.0 / (1.0 + scale * (du * du + dv * dv));
    const Lanes term = hills[i].centre.z * inverse;
    const Lanes part = -2.0 * scale * term * inverse;
    height.value += term;
    height.slopeU += part * du;
    height.slopeV += part * dv;
  }
  return height;
}

struct Hills
{
  static MIR_INLINE Implicit at(const SolidShape& shape, Lanes x, Lanes y, Lanes z)
  {
    const Height height = heightOf(shape.bumps.data(), static_cast<int>(shape.bumps.size()), x, y);
    const Lanes above = z - height.value;
    const Lanes side = shape.size[0] > 0.0 ? (above < 0.0 ? all(-1.0) : all(1.0)) : all(1.0);
    return { side * above - shape.size[0], { -side * height.slopeU, -side * height.slopeV, side } };
  }
};

struct BentFilament
{
  static MIR_INLINE Implicit at(const SolidShape& shape, Lanes x, Lanes y, Lanes z)
  {
    const int half = static_cast<int>(shape.bumps.size()) / 2;
    const Height first = heightOf(shape.bumps.data(), half, z, Lanes{});
    const Height second = heightOf(shape.bumps.data() + half, half, z, Lanes{});
    const Lanes u = x - first.value;
    const Lanes v = y - second.value;
    const Lanes away = root(u * u + v * v) + 1e-9;
    return { away - shape.size[0],
      { u / away, v / away, -(u * first.slopeU + v * second.slopeU) / away } };
  }
};

/// Fills the results with body(u, v, w) of the frame's coordinates of the points.
template <typename Body>
MIR_INLINE void forPoints(
  const SolidShape& shape, const PointArrays& points, double* result, Body body)
{
  const Vec3 c = shape.centre;
  const Vec3 a0 = shape.axes[0];
  const Vec3 a1 = shape.axes[1];
  const Vec3 a2 = shape.axes[2];
  for (int i = 0; i < points.count; i += width)
  {
    const std::size_t size = sizeof(double) * std::min(width, points.count - i);
    Lanes x{};
    Lanes y{};
    Lanes z{};
    std::memcpy(&x, points.x + i, size);
    std::memcpy(&y, points.y + i, size);
    std::memcpy(&z, points.z + i, size);
    x -= c.x;
    y -= c.y;
    z -= c.z;
    const Lanes value = body(a0.x * x + a0.y * y + a0.z * z, a1.x * x + a1.y * y + a1.z * z,
      a2.x * x + a2.y * y + a2.z * z);
    std::memcpy(result + i, &value, size);
  }
}

MIR_VECTORISED
void closedForms(const SolidShape& shape, const PointArrays& points, double* result)
{
  const double a = shape.size[0];
  const double b = shape.size[1];
  const double c = shape.size[2];
  const double r = shape.rounding;
  switch (shape.kind)
  {
    case Kind::HalfSpace:
      forPoints(shape, points, result, [=](Lanes, Lanes, Lanes w) MIR_INLINED { return w; });
      break;
    case Kind::Slab:
      forPoints(
        shape, points, result, [=](Lanes, Lanes, Lanes w) MIR_INLINED { return absolute(w) - a; });
      break;
    case Kind::Ball:
      forPoints(shape, points, result,
        [=](Lanes u, Lanes v, Lanes w) MIR_INLINED { return root(u * u + v * v + w * w) - a; });
      break;
    case Kind::Shell:
      forPoints(shape, points, result, [=](Lanes u, Lanes v, Lanes w) MIR_INLINED {
        return absolute(root(u * u + v * v + w * w) - a) - b;
      });
      break;
    case Kind::Box:
      forPoints(shape, points, result, [=](Lanes u, Lanes v, Lanes w) MIR_INLINED {
        return box(u, v, w, a - r, b - r, c - r) - r;
      });
      break;
    case Kind::Cylinder:
      forPoints(shape, points, result, [=](Lanes u, Lanes v, Lanes w) MIR_INLINED {
        return intersection(root(u * u + v * v) - a + r, absolute(w) - b + r) - r;
      });
      break;
    case Kind::Cone:
      forPoints(shape, points, result, [=](Lanes u, Lanes v, Lanes w) MIR_INLINED {
        const Lanes away = root(u * u + v * v);
        const Lanes side = a * away + b * w;
        const Lanes apex = root(u * u + v * v + w * w);
        // The foot on the side lies beyond the apex.
        return a * w - b * away > 0.0 ? apex : side;
      });
      break;
    case Kind::Slot:
      forPoints(shape, points, result, [=](Lanes u, Lanes v, Lanes w) MIR_INLINED {
        // The slot reaches far above the half-space.
        return intersection(w, -box(u, v, w - 1e3, a, b, 1e3 + c));
      });
      break;
    default:
      break;
  }
}

MIR_VECTORISED
void polytope(const SolidShape& shape, const PointArrays& points, double* result)
{
  const int planes = static_cast<int>(shape.planes.size());
  const int edges = static_cast<int>(shape.edges.size());
  const SolidShape::Plane* plane = shape.planes.data();
  const SolidShape::Edge* edge = shape.edges.data();
  forPoints(shape, points, result, [=](Lanes u, Lanes v, Lanes w) MIR_INLINED {
    Lanes most = all(-1e300);
    Lanes nearest2 = all(1e300);
    for (int e = 0; e < edges; ++e)
    {
      const Lanes x = u - edge[e].point.x;
      const Lanes y = v - edge[e].point.y;
      const Lanes z = w - edge[e].point.z;
      const Vec3 d = edge[e].direction;
      const Lanes t =
        smaller(larger(d.x * x + d.y * y + d.z * z, all(edge[e].begin)), all(edge[e].end));
      nearest2 = smaller(nearest2, square(x - t * d.x) + square(y - t * d.y) + square(z - t * d.z));
    }
    for (int p = 0; p < planes; ++p)
    {
      const Vec3 n = plane[p].normal;
      const Lanes height = n.x * u + n.y * v + n.z * w - plane[p].constant;
      most = larger(most, height);
      const Lanes x = u - height * n.x;
      const Lanes y = v - height * n.y;
      const Lanes z = w - height * n.z;
      Lanes beyond = all(-1e300);
      for (int q = 0; q < planes; ++q)
      {
        const Vec3 m = plane[q].normal;
        const Lanes other = m.x * x + m.y * y + m.z * z - plane[q].constant;
        beyond = q == p ? beyond : larger(beyond, other);
      }
      nearest2 = smaller(nearest2, beyond <= 0.0 ? height * height : all(1e300));
    }
    return most > 0.0 ? root(nearest2) : most;
  });
}

template <typename Surface>
MIR_INLINE void firstOrder(const SolidShape& shape, const PointArrays& points, double* result)
{
  forPoints(shape, points, result, [=, &shape](Lanes u, Lanes v, Lanes w) MIR_INLINED {
    const Implicit f = Surface::at(shape, u, v, w);
    const Lanes3 g = f.gradient;
    return f.value / root(g.x * g.x + g.y * g.y + g.z * g.z + 1e-30);
  });
}

/// Steps to the foot of the point on the tangent plane at the last one's image on the surface.
template <typename Surface>
MIR_INLINE void nearestPoints(const SolidShape& shape, const PointArrays& points, double* result)
{
  forPoints(shape, points, result, [=, &shape](Lanes u, Lanes v, Lanes w) MIR_INLINED {
    const Implicit start = Surface::at(shape, u, v, w);
    const Lanes3 s = start.gradient;
    const Lanes first = start.value / root(s.x * s.x + s.y * s.y + s.z * s.z + 1e-30);
    Lanes3 y{ u, v, w };
    Lanes off{};
    Lanes away{};
    for (int step = 0; step < 8; ++step)
    {
      const Implicit f = Surface::at(shape, y.x, y.y, y.z);
      const Lanes3 g = f.gradient;
      const Lanes slope2 = g.x * g.x + g.y * g.y + g.z * g.z + 1e-30;
      const Lanes down = f.value / slope2;
      off = absolute(f.value) / root(slope2);
      away = root(square(u - y.x) + square(v - y.y) + square(w - y.z));
      const Lanes3 z{ y.x - down * g.x, y.y - down * g.y, y.z - down * g.z };
      const Lanes across = (g.x * (u - z.x) + g.y * (v - z.y) + g.z * (w - z.z)) / slope2;
      y = { u - across * g.x, v - across * g.y, w - across * g.z };
    }
    const Lanes distance = start.value < 0.0 ? -away : away;
    return off < 1e-3 + 0.02 * away ? distance : first;
  });
}

MIR_VECTORISED
void implicitEstimates(const SolidShape& shape, const PointArrays& points, double* result)
{
  switch (shape.kind)
  {
    case Kind::Ellipsoid:
      firstOrder<Ellipsoid>(shape, points, result);
      break;
    case Kind::Blob:
      firstOrder<Blob>(shape, points, result);
      break;
    case Kind::Hills:
      firstOrder<Hills>(shape, points, result);
      break;
    default:
      firstOrder<BentFilament>(shape, points, result);
      break;
  }
}

MIR_VECTORISED
void implicitDistances(const SolidShape& shape, const PointArrays& points, double* result)
{
  switch (shape.kind)
  {
    case Kind::Ellipsoid:
      nearestPoints<Ellipsoid>(shape, points, result);
      break;
    case Kind::Blob:
      nearestPoints<Blob>(shape, points, result);
      break;
    case Kind::Hills:
      nearestPoints<Hills>(shape, points, result);
      break;
    default:
      nearestPoints<BentFilament>(shape, points, result);
      break;
  }
}

} // namespace

void SolidShape::estimates(const PointArrays& points, double* result) const
{
  if (this->kind == Kind::Polytope)
  {
    polytope(*this, points, result);
  }
  else if (this->exact())
  {
    closedForms(*this, points, result);
  }
  else
  {
    implicitEstimates(*this, points, result);
  }
}

void SolidShape::distances(const PointArrays& points, double* result) const
{
  if (this->exact())
  {
    this->estimates(points, result);
  }
  else
  {
    implicitDistances(*this, points, result);
  }
}

std::vector<SolidShape::Edge> polytopeEdges(const std::vector<SolidShape::Plane>& planes)
{
  std::vector<SolidShape::Edge> edges;
  for (std::size_t a = 0; a < planes.size(); ++a)
  {
    for (std::size_t b = 0; b < a; ++b)
    {
      const Vec3 along = cross(planes[a].normal, planes[b].normal);
      const double size = length(along);
      if (size < 1e-6)
      {
        continue;
      }
      SolidShape::Edge edge;
      edge.direction = 1.0 / size * along;
      edge.point = 1.0 / (size * size) *
        (planes[a].constant * cross(planes[b].normal, along) +
          planes[b].constant * cross(along, planes[a].normal));
      edge.begin = -1e6;
      edge.end = 1e6;
      for (std::size_t c = 0; c < planes.size(); ++c)
      {
        const double slope = dot(planes[c].normal, edge.direction);
        const double room = planes[c].constant - dot(planes[c].normal, edge.point);
        if (c == a || c == b)
        {
          continue;
        }
        if (std::fabs(slope) < 1e-9)
        {
          edge.end = room < 0.0 ? -1e7 : edge.end;
        }
        else if (slope > 0.0)
        {
          edge.end = std::min(edge.end, room / slope);
        }
        else
        {
          edge.begin = std::max(edge.begin, room / slope);
        }
      }
      if (edge.begin < edge.end)
      {
        edges.push_back(edge);
      }
    }
  }
  return edges;
}

} // namespace mir
