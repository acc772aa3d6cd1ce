#include "pqMIRPanel.h"

#include "pqActiveObjects.h"
#include "pqServer.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include <cmath>

namespace {
constexpr int MinimumCells = 8;
constexpr int MaximumCells = 128;
constexpr int DefaultCells = 24;

// The 2D entries of BenchmarkShape's Shape: the network works in 2D.
const QStringList Shapes = { "Circle", "Ellipse", "Square", "Star", "Gear", "Zalesak Disk",
  "Spiral", "Two Bodies" };

// The models of Neural Interface for 2D.
const QStringList Models = { "subcell", "subcell-fast", "autoencoder-2ch", "autoencoder-4ch",
  "autoencoder-pooling-d1", "autoencoder-pooling-d2" };

QString format(double value, bool fixed)
{
  if (std::isnan(value))
  {
    return QString::fromUtf8("\xe2\x80\x93"); // en dash
  }
  if (fixed)
  {
    return QString::number(value, 'f', 1);
  }
  if (value == 0.0)
  {
    return "0";
  }
  return value < 1e-3 ? QString::number(value, 'e', 1) : QString::number(value, 'f', 4);
}
} // namespace

//-----------------------------------------------------------------------------
pqMIRPanel::pqMIRPanel(const QString& title, QWidget* parent, Qt::WindowFlags flags)
  : Superclass(title, parent, flags)
{
  this->constructor();
}

//-----------------------------------------------------------------------------
pqMIRPanel::pqMIRPanel(QWidget* parent, Qt::WindowFlags flags)
  : Superclass(parent, flags)
{
  this->constructor();
}

//-----------------------------------------------------------------------------
pqMIRPanel::~pqMIRPanel() = default;

//-----------------------------------------------------------------------------
void pqMIRPanel::constructor()
{
  this->setWindowTitle(tr("Material Interface"));
  auto* contents = new QWidget(this);
  contents->setObjectName("contents");

  this->Shape = new QComboBox(contents);
  this->Shape->setObjectName("Shape");
  this->Shape->addItems(Shapes);
  this->Shape->setCurrentText("Star");
  this->Shape->setToolTip(tr("The true interface."));

  this->Model = new QComboBox(contents);
  this->Model->setObjectName("Model");
  this->Model->addItems(Models);
  this->Model->setToolTip(tr("The network of the neural interface."));

  this->CellsSlider = new QSlider(Qt::Horizontal, contents);
  this->CellsSlider->setObjectName("CellsSlider");
  this->CellsSlider->setRange(MinimumCells, MaximumCells);
  this->CellsAcross = new QSpinBox(contents);
  this->CellsAcross->setObjectName("CellsAcross");
  this->CellsAcross->setRange(MinimumCells, MaximumCells);
  this->connect(this->CellsSlider, &QSlider::valueChanged, this->CellsAcross, &QSpinBox::setValue);
  this->connect(this->CellsAcross, QOverload<int>::of(&QSpinBox::valueChanged), this->CellsSlider,
    &QSlider::setValue);
  this->CellsAcross->setValue(DefaultCells);
  const QString cellsTip = tr("Cells in each direction of the mesh on the unit square.");
  this->CellsSlider->setToolTip(cellsTip);
  this->CellsAcross->setToolTip(cellsTip);

  this->Compare = new QPushButton(tr("Compare"), contents);
  this->Compare->setObjectName("Compare");
  this->Compare->setToolTip(
    tr("Show truth, volume fractions, PLIC and neural interface side by side in a tab."));

  const QStringList rows = { tr("Conservation"), tr("Continuity"), tr("Shape"), tr("Time (ms)") };
  const QStringList tips = { tr("Largest difference between a cell's reconstructed and given "
                                "volume fraction."),
    tr("Largest gap between two cells' interfaces on their common face, as a part of the face."),
    tr("Area between the reconstruction and the truth, as a part of the true area."),
    tr("Time of the reconstruction.") };
  this->Metrics =
    new QTableWidget(rows.size(), pqMIRComparison::NUMBER_OF_RECONSTRUCTIONS, contents);
  this->Metrics->setObjectName("Metrics");
  this->Metrics->setVerticalHeaderLabels(rows);
  this->Metrics->setHorizontalHeaderLabels({ tr("PLIC"), tr("Neural") });
  this->Metrics->setEditTriggers(QAbstractItemView::NoEditTriggers);
  this->Metrics->setSelectionMode(QAbstractItemView::NoSelection);
  this->Metrics->setFocusPolicy(Qt::NoFocus);
  this->Metrics->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  this->Metrics->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  this->Metrics->setWordWrap(false);
  this->Metrics->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  this->Metrics->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  for (int row = 0; row < rows.size(); ++row)
  {
    this->Metrics->verticalHeaderItem(row)->setToolTip(tips[row]);
    for (int column = 0; column < this->Metrics->columnCount(); ++column)
    {
      auto* item = new QTableWidgetItem;
      item->setTextAlignment(Qt::AlignCenter);
      item->setToolTip(tips[row]);
      this->Metrics->setItem(row, column, item);
    }
  }

  // All rows, and no room below them.
  this->Metrics->setFixedHeight(this->Metrics->horizontalHeader()->sizeHint().height() +
    rows.size() * this->Metrics->verticalHeader()->defaultSectionSize() +
    2 * this->Metrics->frameWidth());
  auto* cells = new QHBoxLayout;
  cells->addWidget(this->CellsSlider);
  cells->addWidget(this->CellsAcross);
  auto* form = new QFormLayout;
  form->addRow(tr("Shape"), this->Shape);
  form->addRow(tr("Cells across"), cells);
  form->addRow(tr("Network"), this->Model);
  auto* box = new QVBoxLayout(contents);
  box->addLayout(form);
  box->addWidget(this->Compare);
  box->addWidget(new QLabel(tr("Errors"), contents));
  box->addWidget(this->Metrics);
  box->addStretch();
  this->setWidget(contents);

  for (QTimer* timer : { &this->ApplyTimer, &this->FollowTimer })
  {
    timer->setSingleShot(true);
    timer->setInterval(0);
  }
  for (QComboBox* choice : { this->Shape, this->Model })
  {
    this->connect(choice, QOverload<int>::of(&QComboBox::currentIndexChanged), &this->ApplyTimer,
      QOverload<>::of(&QTimer::start));
  }
  this->connect(this->CellsAcross, QOverload<int>::of(&QSpinBox::valueChanged), &this->ApplyTimer,
    QOverload<>::of(&QTimer::start));
  this->connect(&this->ApplyTimer, &QTimer::timeout, this, &pqMIRPanel::applyChoice);
  this->connect(&this->Comparison, &pqMIRComparison::changed, &this->FollowTimer,
    QOverload<>::of(&QTimer::start));
  this->connect(&this->FollowTimer, &QTimer::timeout, this, &pqMIRPanel::followPipeline);
  this->connect(this->Compare, &QPushButton::clicked, this, &pqMIRPanel::compare);

  // There may be no server yet, and there may come others.
  this->connect(&pqActiveObjects::instance(), &pqActiveObjects::serverChanged, this,
    &pqMIRPanel::enableForServer);
  this->enableForServer();
}

//-----------------------------------------------------------------------------
void pqMIRPanel::enableForServer()
{
  this->Compare->setEnabled(pqActiveObjects::instance().activeServer() != nullptr);
}

//-----------------------------------------------------------------------------
pqMIRComparison::Case pqMIRPanel::choice() const
{
  return { this->Shape->currentText(), this->Model->currentText(), this->CellsAcross->value() };
}

//-----------------------------------------------------------------------------
void pqMIRPanel::compare()
{
  pqServer* server = pqActiveObjects::instance().activeServer();
  if (!server)
  {
    return;
  }
  if (!this->Comparison.show(server, this->choice()))
  {
    qCritical("The server has not loaded the plugin MIR. Load it there too: Tools > Manage "
              "Plugins > Remote Plugins.");
    return;
  }
  this->followPipeline();
}

//-----------------------------------------------------------------------------
void pqMIRPanel::applyChoice()
{
  if (this->Comparison.exists())
  {
    this->Comparison.setCase(this->choice());
  }
}

//-----------------------------------------------------------------------------
void pqMIRPanel::followPipeline()
{
  if (!this->Comparison.exists())
  {
    return;
  }
  if (!this->ApplyTimer.isActive())
  {
    const auto value = this->Comparison.currentCase();
    const QSignalBlocker blockShape(this->Shape);
    const QSignalBlocker blockModel(this->Model);
    const QSignalBlocker blockCells(this->CellsAcross);
    const QSignalBlocker blockSlider(this->CellsSlider);
    this->Shape->setCurrentText(value.Shape);
    if (this->Model->findText(value.Model) < 0)
    {
      // The path of a file.
      this->Model->addItem(value.Model);
    }
    this->Model->setCurrentText(value.Model);
    this->CellsAcross->setValue(value.CellsAcross);
    this->CellsSlider->setValue(value.CellsAcross);
  }
  const auto metrics = this->Comparison.update();
  for (int i = 0; i < pqMIRComparison::NUMBER_OF_RECONSTRUCTIONS; ++i)
  {
    const auto& m = metrics[i];
    this->Metrics->item(0, i)->setText(format(m.ConservationMax, false));
    this->Metrics->item(1, i)->setText(format(m.ContinuityMax, false));
    this->Metrics->item(2, i)->setText(format(m.ShapeError, false));
    this->Metrics->item(3, i)->setText(format(m.Milliseconds, true));
  }
}
