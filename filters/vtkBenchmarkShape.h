/**
 * @class vtkBenchmarkShape
 * @brief ground truth for material interface reconstruction
 *
 * Makes one of the shapes that interface reconstruction methods are judged by, as one closed
 * polygon a loop (2D, in the plane z = Center[2]) or as a closed triangulated surface (3D).
 * Outer loops run counter-clockwise, holes clockwise.
 *
 * Arcs are drawn with many short segments, but the field data keep the shape's own definition
 * (`BenchmarkShape`: its name; `BenchmarkShapeParameters`: centre, radius, angle, resolution), from
 * which vtkVolumeFractions and vtkInterfaceError rebuild it exactly. They do so only while the
 * points are still those of the definition; after any filter that moves points the polygon itself
 * counts.
 *
 * Shapes: circle, ellipse (axes 1 and 0.6 Radius), square (half diagonal Radius), five-pointed star
 * (inner radius 0.45 Radius), gear (eight teeth), the slotted disk of Zalesak (1979), a spiral arm
 * of 0.075 Radius half width, two disks, and the sphere.
 *
 * @sa vtkVolumeFractions vtkInterfaceError
 */

#ifndef vtkBenchmarkShape_h
#define vtkBenchmarkShape_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkPolyDataAlgorithm.h"

class MIRFILTERS_EXPORT vtkBenchmarkShape : public vtkPolyDataAlgorithm
{
public:
  static vtkBenchmarkShape* New();
  vtkTypeMacro(vtkBenchmarkShape, vtkPolyDataAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum ShapeType
  {
    CIRCLE,
    ELLIPSE,
    SQUARE,
    STAR,
    GEAR,
    ZALESAK_DISK,
    SPIRAL,
    TWO_BODIES,
    SPHERE
  };

  ///@{
  /**
   * The shape, one of ShapeType. Default: CIRCLE.
   */
  vtkSetClampMacro(Shape, int, CIRCLE, SPHERE);
  vtkGetMacro(Shape, int);
  ///@}

  ///@{
  /**
   * Centre of the shape's bounding circle. Default: (0.5, 0.5, 0).
   */
  vtkSetVector3Macro(Center, double);
  vtkGetVector3Macro(Center, double);
  ///@}

  ///@{
  /**
   * Radius of the circle that bounds the shape, in length units; positive. Default: 0.35.
   */
  vtkSetMacro(Radius, double);
  vtkGetMacro(Radius, double);
  ///@}

  ///@{
  /**
   * Rotation about Center, counter-clockwise, in degrees. Default: 0.
   */
  vtkSetMacro(Angle, double);
  vtkGetMacro(Angle, double);
  ///@}

  ///@{
  /**
   * 2 or 3. In 3D the circle becomes a sphere; SPHERE is 3D whatever this says. Other shapes have
   * no 3D form yet: asking for it is an error. Default: 2.
   */
  vtkSetClampMacro(Dimension, int, 2, 3);
  vtkGetMacro(Dimension, int);
  ///@}

  ///@{
  /**
   * Time: the shape turns about Center once per unit of time, starting from Angle. Default: 0.
   */
  vtkSetMacro(Time, double);
  vtkGetMacro(Time, double);
  ///@}

  ///@{
  /**
   * Number of segments that a full circle is drawn with, 8 to 100000. It changes what is drawn, not
   * the truth that other filters use. Default: 720.
   */
  vtkSetClampMacro(Resolution, int, 8, 100000);
  vtkGetMacro(Resolution, int);
  ///@}

protected:
  vtkBenchmarkShape();
  ~vtkBenchmarkShape() override = default;

  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  int Shape = CIRCLE;
  double Center[3] = { 0.5, 0.5, 0.0 };
  double Radius = 0.35;
  double Angle = 0.0;
  int Dimension = 2;
  double Time = 0.0;
  int Resolution = 720;

private:
  vtkBenchmarkShape(const vtkBenchmarkShape&) = delete;
  void operator=(const vtkBenchmarkShape&) = delete;
};

#endif
