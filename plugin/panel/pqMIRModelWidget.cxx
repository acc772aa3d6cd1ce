#include "pqMIRModelWidget.h"

#include "pqApplicationCore.h"
#include "pqFileDialog.h"
#include "pqServerManagerModel.h"
#include "pqStringVectorPropertyWidget.h"

#include "vtkSMProperty.h"
#include "vtkSMProxy.h"
#include "vtkSMStringListDomain.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

//-----------------------------------------------------------------------------
pqMIRModelWidget::pqMIRModelWidget(vtkSMProxy* proxy, vtkSMProperty* property, QWidget* parent)
  : Superclass(proxy, parent)
  , Choice(new QComboBox(this))
{
  this->setProperty(property);
  this->Choice->setObjectName("Model");
  this->Choice->setEditable(true);
  this->Choice->lineEdit()->setObjectName("Path");
  this->Choice->setInsertPolicy(QComboBox::NoInsert);
  this->Choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  if (auto* shipped = property->FindDomain<vtkSMStringListDomain>())
  {
    for (unsigned int i = 0; i < shipped->GetNumberOfStrings(); ++i)
    {
      this->Choice->addItem(shipped->GetString(i));
    }
  }
  auto* button = new QToolButton(this);
  button->setObjectName("Browse");
  button->setText("...");
  button->setToolTip(tr("Choose a model file."));

  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(this->Choice, 1);
  row->addWidget(button);

  this->setChangeAvailableAsChangeFinished(false);
  this->connect(this->Choice, &QComboBox::editTextChanged, this, &pqMIRModelWidget::modelChanged);
  this->connect(this->Choice, QOverload<int>::of(&QComboBox::activated), this,
    &pqMIRModelWidget::changeFinished);
  this->connect(
    this->Choice->lineEdit(), &QLineEdit::editingFinished, this, &pqMIRModelWidget::changeFinished);
  this->connect(button, &QToolButton::clicked, this, &pqMIRModelWidget::browse);
  this->addPropertyLink(this, "model", SIGNAL(modelChanged()), property);
}

//-----------------------------------------------------------------------------
pqMIRModelWidget::~pqMIRModelWidget() = default;

//-----------------------------------------------------------------------------
QString pqMIRModelWidget::model() const
{
  return this->Choice->currentText();
}

//-----------------------------------------------------------------------------
void pqMIRModelWidget::setModel(const QString& model)
{
  this->Choice->setCurrentText(model);
}

//-----------------------------------------------------------------------------
void pqMIRModelWidget::browse()
{
  bool directories = false;
  bool anyFile = false;
  bool browseHere = false;
  QString filter;
  pqStringVectorPropertyWidget::processFileChooserHints(
    this->property()->GetHints(), directories, anyFile, filter, browseHere);
  auto* server =
    pqApplicationCore::instance()->getServerManagerModel()->findServer(this->proxy()->GetSession());
  pqFileDialog dialog(server, this, tr("Model"), QString(), filter);
  dialog.setObjectName("ModelFileDialog");
  dialog.setFileMode(pqFileDialog::ExistingFile);
  if (dialog.exec() == QDialog::Accepted && !dialog.getSelectedFiles().empty())
  {
    this->setModel(dialog.getSelectedFiles().front());
    Q_EMIT this->changeFinished();
  }
}
