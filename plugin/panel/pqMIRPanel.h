/**
 * @class pqMIRPanel
 * @brief dock that compares interface reconstructions of a shape at one click
 *
 * Choose a shape and how many cells lie across the unit square, and click Compare: a new tab shows
 * the truth, the volume fractions, PLIC and a network in linked views, and the table their errors.
 * Afterwards the pipeline follows the dock live, and the dock the pipeline.
 */

#ifndef pqMIRPanel_h
#define pqMIRPanel_h

#include <QDockWidget>
#include <QTimer>

#include "pqMIRComparison.h" // for Comparison

class QComboBox;
class QPushButton;
class QSlider;
class QSpinBox;
class QTableWidget;

class pqMIRPanel : public QDockWidget
{
  Q_OBJECT
  typedef QDockWidget Superclass;

public:
  pqMIRPanel(
    const QString& title, QWidget* parent = nullptr, Qt::WindowFlags flags = Qt::WindowFlags());
  pqMIRPanel(QWidget* parent = nullptr, Qt::WindowFlags flags = Qt::WindowFlags());
  ~pqMIRPanel() override;

private Q_SLOTS:
  void compare();
  void applyChoice();
  void followPipeline();
  void enableForServer();

private:
  Q_DISABLE_COPY(pqMIRPanel)

  void constructor();
  pqMIRComparison::Case choice() const;

  QComboBox* Shape = nullptr;
  QComboBox* Model = nullptr;
  QSlider* CellsSlider = nullptr;
  QSpinBox* CellsAcross = nullptr;
  QPushButton* Compare = nullptr;
  QTableWidget* Metrics = nullptr;
  pqMIRComparison Comparison;

  // Changes are gathered until Qt is idle, so that dragging the slider does not queue work.
  QTimer ApplyTimer;
  QTimer FollowTimer;
};

#endif
