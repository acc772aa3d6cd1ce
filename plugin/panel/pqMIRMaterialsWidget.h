/**
 * @class pqMIRMaterialsWidget
 * @brief an ordered choice of volume fraction arrays, one a material
 *
 * Property widget for a repeatable string property with an array list domain. The arrays that are
 * checked are the property's values, in the order of the list; arrays are moved by dragging or with
 * the arrow buttons. ParaView's own array list keeps its own order, and the order of materials
 * matters.
 */

#ifndef pqMIRMaterialsWidget_h
#define pqMIRMaterialsWidget_h

#include "pqPropertyWidget.h"

class QListWidget;
class vtkSMStringListDomain;

class pqMIRMaterialsWidget : public pqPropertyWidget
{
  Q_OBJECT
  Q_PROPERTY(QList<QVariant> materials READ materials WRITE setMaterials)
  typedef pqPropertyWidget Superclass;

public:
  pqMIRMaterialsWidget(vtkSMProxy* proxy, vtkSMProperty* property, QWidget* parent = nullptr);
  ~pqMIRMaterialsWidget() override;

  /// Names of the checked arrays, in order.
  QList<QVariant> materials() const;
  void setMaterials(const QList<QVariant>& names);

Q_SIGNALS:
  void materialsChanged();

private Q_SLOTS:
  void followDomain();

private:
  Q_DISABLE_COPY(pqMIRMaterialsWidget)

  void moveCurrent(int rows);

  QListWidget* List;
  vtkSMStringListDomain* Arrays;
};

#endif
