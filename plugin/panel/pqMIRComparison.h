/**
 * @class pqMIRComparison
 * @brief one benchmark shape through volume fractions, PLIC and a network, side by side
 *
 * Owns nothing: the pipeline and the views are ordinary ones that the user sees in the pipeline
 * browser, may change, save and delete. What is missing when show() is called is made again.
 */

#ifndef pqMIRComparison_h
#define pqMIRComparison_h

#include <QObject>
#include <QString>

#include "vtkWeakPointer.h" // for the proxies

#include <array> // for the proxies

class pqServer;
class vtkEventQtSlotConnect;
class vtkSMSourceProxy;
class vtkSMViewLayoutProxy;
class vtkSMViewProxy;

class pqMIRComparison : public QObject
{
  Q_OBJECT
  typedef QObject Superclass;

public:
  pqMIRComparison(QObject* parent = nullptr);
  ~pqMIRComparison() override;

  /**
   * What the user chooses.
   */
  struct Case
  {
    QString Shape;   // an entry of BenchmarkShape's Shape
    QString Model;   // of NeuralInterface
    int CellsAcross; // the mesh has CellsAcross x CellsAcross cells on the unit square
  };

  /**
   * Errors of one reconstruction, NaN where unknown.
   */
  struct Metrics
  {
    double ConservationMax;
    double ContinuityMax;
    double ShapeError;
    double Milliseconds;
  };

  enum Reconstruction
  {
    PLIC,
    NEURAL,
    NUMBER_OF_RECONSTRUCTIONS
  };

  /**
   * Makes the pipeline and the four linked views on the server, or what is left to make of them,
   * and brings them to the front. False if the server does not know the filters.
   */
  bool show(pqServer* server, const Case& value);

  /// True while the whole pipeline exists.
  bool exists() const;

  /// The case that the pipeline is set to. Only while it exists.
  Case currentCase() const;

  /// Sets the pipeline to a case, which can be undone. Only while it exists.
  void setCase(const Case& value);

  /// Brings results, captions and views up to date, and returns the errors.
  std::array<Metrics, NUMBER_OF_RECONSTRUCTIONS> update();

Q_SIGNALS:
  /// Some property of the pipeline changed, from here or elsewhere.
  void changed();

private:
  Q_DISABLE_COPY(pqMIRComparison)

  enum Step
  {
    SHAPE,
    FILLED_SHAPE,
    MESH,
    FRACTIONS,
    INTERFACES,
    ERRORS = INTERFACES + NUMBER_OF_RECONSTRUCTIONS,
    NUMBER_OF_STEPS = ERRORS + NUMBER_OF_RECONSTRUCTIONS
  };
  static constexpr int NumberOfViews = 4;

  bool viewsExist() const;
  void makePipeline(pqServer* server, const Case& value);
  void makeViews(pqServer* server);
  void removePipeline();
  void removeViews();
  void fillView(int index);
  void fitCameras();
  void addCaption(int index);
  void updateCaptions();

  std::array<vtkWeakPointer<vtkSMSourceProxy>, NUMBER_OF_STEPS> Pipeline;
  std::array<vtkWeakPointer<vtkSMViewProxy>, NumberOfViews> Views;
  std::array<vtkWeakPointer<vtkSMSourceProxy>, NumberOfViews> Captions;
  vtkWeakPointer<vtkSMViewLayoutProxy> Layout;
  vtkEventQtSlotConnect* Connections;
};

#endif
