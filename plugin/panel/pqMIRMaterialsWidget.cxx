#include "pqMIRMaterialsWidget.h"

#include "pqCoreUtilities.h"
#include "pqPropertyLinksConnection.h"
#include "pqSMAdaptor.h"

#include "vtkCommand.h"
#include "vtkSMArrayListDomain.h"
#include "vtkSMProperty.h"

#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QListWidget>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace {
constexpr int MinimumRows = 2;
constexpr int MaximumRows = 6;

// Moves the names as they are ordered, which ParaView's link for array lists does not.
class OrderedConnection : public pqPropertyLinksConnection
{
public:
  using pqPropertyLinksConnection::pqPropertyLinksConnection;

protected:
  QVariant currentServerManagerValue(bool useUnchecked) const override
  {
    return pqSMAdaptor::getMultipleElementProperty(
      this->propertySM(), useUnchecked ? pqSMAdaptor::UNCHECKED : pqSMAdaptor::CHECKED);
  }

  void setServerManagerValue(bool useUnchecked, const QVariant& value) override
  {
    pqSMAdaptor::setMultipleElementProperty(this->propertySM(), value.toList(),
      useUnchecked ? pqSMAdaptor::UNCHECKED : pqSMAdaptor::CHECKED);
  }
};
} // namespace

//-----------------------------------------------------------------------------
pqMIRMaterialsWidget::pqMIRMaterialsWidget(
  vtkSMProxy* proxy, vtkSMProperty* property, QWidget* parent)
  : Superclass(proxy, parent)
  , List(new QListWidget(this))
  , Arrays(property->FindDomain<vtkSMArrayListDomain>())
{
  this->setProperty(property);
  this->setShowLabel(false);
  this->List->setObjectName("Materials");
  this->List->setDragDropMode(QAbstractItemView::InternalMove);
  this->List->setToolTip(tr("Check the volume fractions of the materials and drag them into the "
                            "order of the materials."));
  auto* up = new QToolButton(this);
  up->setObjectName("Up");
  up->setArrowType(Qt::UpArrow);
  up->setToolTip(tr("Move the array up in the order of the materials."));
  auto* down = new QToolButton(this);
  down->setObjectName("Down");
  down->setArrowType(Qt::DownArrow);
  down->setToolTip(tr("Move the array down in the order of the materials."));

  auto* buttons = new QVBoxLayout;
  buttons->addWidget(up);
  buttons->addWidget(down);
  buttons->addStretch();
  auto* row = new QHBoxLayout;
  row->addWidget(this->List);
  row->addLayout(buttons);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->addWidget(new QLabel(property->GetXMLLabel(), this));
  box->addLayout(row);

  this->connect(up, &QToolButton::clicked, [this] { this->moveCurrent(-1); });
  this->connect(down, &QToolButton::clicked, [this] { this->moveCurrent(1); });
  this->connect(
    this->List, &QListWidget::itemChanged, this, &pqMIRMaterialsWidget::materialsChanged);
  this->connect(this->List->model(), &QAbstractItemModel::rowsMoved, this,
    &pqMIRMaterialsWidget::materialsChanged);
  this->links().addPropertyLink<OrderedConnection>(
    this, "materials", SIGNAL(materialsChanged()), proxy, property);
  if (this->Arrays)
  {
    pqCoreUtilities::connect(
      this->Arrays, vtkCommand::DomainModifiedEvent, this, SLOT(followDomain()));
  }
}

//-----------------------------------------------------------------------------
pqMIRMaterialsWidget::~pqMIRMaterialsWidget() = default;

//-----------------------------------------------------------------------------
QList<QVariant> pqMIRMaterialsWidget::materials() const
{
  QList<QVariant> names;
  for (int i = 0; i < this->List->count(); ++i)
  {
    if (this->List->item(i)->checkState() == Qt::Checked)
    {
      names.push_back(this->List->item(i)->text());
    }
  }
  return names;
}

//-----------------------------------------------------------------------------
void pqMIRMaterialsWidget::setMaterials(const QList<QVariant>& names)
{
  const bool changed = names != this->materials();
  {
    const QSignalBlocker block(this->List);
    this->List->clear();
    const auto add = [this](const QString& name, Qt::CheckState state) {
      auto* item =
        new QListWidgetItem(QIcon(":/pqWidgets/Icons/pqCellCenterData.svg"), name, this->List);
      item->setFlags((item->flags() | Qt::ItemIsUserCheckable) & ~Qt::ItemIsDropEnabled);
      item->setCheckState(state);
    };
    for (const auto& name : names)
    {
      add(name.toString(), Qt::Checked);
    }
    for (unsigned int i = 0; this->Arrays && i < this->Arrays->GetNumberOfStrings(); ++i)
    {
      const QString name = this->Arrays->GetString(i);
      if (!names.contains(name))
      {
        add(name, Qt::Unchecked);
      }
    }
  }
  const int rows = std::clamp(this->List->count(), MinimumRows, MaximumRows);
  this->List->setFixedHeight(
    rows * std::max(this->List->sizeHintForRow(0), 1) + 2 * this->List->frameWidth());
  if (changed)
  {
    Q_EMIT this->materialsChanged();
  }
}

//-----------------------------------------------------------------------------
void pqMIRMaterialsWidget::followDomain()
{
  this->setMaterials(this->materials());
}

//-----------------------------------------------------------------------------
void pqMIRMaterialsWidget::moveCurrent(int rows)
{
  const int from = this->List->currentRow();
  const int to = from + rows;
  if (from < 0 || to < 0 || to >= this->List->count())
  {
    return;
  }
  {
    const QSignalBlocker block(this->List);
    this->List->insertItem(to, this->List->takeItem(from));
    this->List->setCurrentRow(to);
  }
  Q_EMIT this->materialsChanged();
}
