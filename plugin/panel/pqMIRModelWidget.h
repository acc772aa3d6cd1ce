/**
 * @class pqMIRModelWidget
 * @brief a shipped model by name, or a model file
 *
 * Property widget for a string property. The strings of its string list domain are offered, any
 * other may be typed, and a button browses the server for a file. The files are those of the hint
 * FileChooser.
 */

#ifndef pqMIRModelWidget_h
#define pqMIRModelWidget_h

#include "pqPropertyWidget.h"

class QComboBox;

class pqMIRModelWidget : public pqPropertyWidget
{
  Q_OBJECT
  Q_PROPERTY(QString model READ model WRITE setModel NOTIFY modelChanged)
  typedef pqPropertyWidget Superclass;

public:
  pqMIRModelWidget(vtkSMProxy* proxy, vtkSMProperty* property, QWidget* parent = nullptr);
  ~pqMIRModelWidget() override;

  /// Name of the shipped model, or path of the model file on the server.
  QString model() const;
  void setModel(const QString& model);

Q_SIGNALS:
  void modelChanged();

private Q_SLOTS:
  void browse();

private:
  Q_DISABLE_COPY(pqMIRModelWidget)

  QComboBox* Choice;
};

#endif
