// Small fixed-size vectors of the geometry kernel.
#ifndef mir_plic_Vector_h
#define mir_plic_Vector_h

#include <cmath>

namespace mir {

struct Vec2
{
  double x = 0.0;
  double y = 0.0;
};

struct Vec3
{
  double x = 0.0;
  double y = 0.0;
  double z = 0.0;
};

inline Vec2 operator+(Vec2 a, Vec2 b)
{
  return { a.x + b.x, a.y + b.y };
}
inline Vec2 operator-(Vec2 a, Vec2 b)
{
  return { a.x - b.x, a.y - b.y };
}
inline Vec2 operator-(Vec2 a)
{
  return { -a.x, -a.y };
}
inline Vec2 operator*(double s, Vec2 a)
{
  return { s * a.x, s * a.y };
}
inline double dot(Vec2 a, Vec2 b)
{
  return a.x * b.x + a.y * b.y;
}
/// z component of the cross product: twice the signed area of the triangle (0, a, b).
inline double cross(Vec2 a, Vec2 b)
{
  return a.x * b.y - a.y * b.x;
}
inline double length(Vec2 a)
{
  return std::hypot(a.x, a.y);
}

inline Vec3 operator+(Vec3 a, Vec3 b)
{
  return { a.x + b.x, a.y + b.y, a.z + b.z };
}
inline Vec3 operator-(Vec3 a, Vec3 b)
{
  return { a.x - b.x, a.y - b.y, a.z - b.z };
}
inline Vec3 operator-(Vec3 a)
{
  return { -a.x, -a.y, -a.z };
}
inline Vec3 operator*(double s, Vec3 a)
{
  return { s * a.x, s * a.y, s * a.z };
}
inline double dot(Vec3 a, Vec3 b)
{
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3 cross(Vec3 a, Vec3 b)
{
  return { a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x };
}
inline double length(Vec3 a)
{
  return std::sqrt(dot(a, a));
}

} // namespace mir

#endif
