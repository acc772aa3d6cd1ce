#include "pqMIRComparison.h"

#include "pqActiveObjects.h"
#include "pqApplicationCore.h"
#include "pqLinksModel.h"
#include "pqObjectBuilder.h"
#include "pqPipelineSource.h"
#include "pqServer.h"
#include "pqServerManagerModel.h"
#include "pqUndoStack.h"
#include "pqView.h"

#include "vtkCommand.h"
#include "vtkDataObject.h"
#include "vtkEventQtSlotConnect.h"
#include "vtkNew.h"
#include "vtkPVArrayInformation.h"
#include "vtkPVDataInformation.h"
#include "vtkSMPVRepresentationProxy.h"
#include "vtkSMParaViewPipelineControllerWithRendering.h"
#include "vtkSMPropertyHelper.h"
#include "vtkSMSessionProxyManager.h"
#include "vtkSMSourceProxy.h"
#include "vtkSMTrace.h"
#include "vtkSMTransferFunctionManager.h"
#include "vtkSMViewLayoutProxy.h"
#include "vtkSMViewProxy.h"

#include <QTimer>

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace {
const char* const FractionArray = "VolumeFraction";

// Colours of the views: white to blue for fractions, red for interfaces.
const std::vector<double> FractionColors = { 0.0, 1.0, 1.0, 1.0, 0.25, 0.83, 0.89, 0.95, 0.5, 0.56,
  0.73, 0.87, 0.75, 0.27, 0.53, 0.75, 1.0, 0.03, 0.27, 0.53 };
const std::array<double, 3> ShapeColor = { 0.36, 0.47, 0.74 };
const std::array<double, 3> InterfaceColor = { 0.84, 0.1, 0.11 };
const std::array<double, 3> EdgeColor = { 0.8, 0.82, 0.85 };
const std::array<double, 3> CaptionColor = { 0.09, 0.13, 0.17 };

// Interfaces are drawn this far above the mesh, in length units, so that it does not hide them.
constexpr double InterfaceLift = 1e-3;

// Half the height that a view shows around the unit square: room for the caption above it.
constexpr double HalfHeight = 0.58;
constexpr double HalfWidth = 0.53;

using Modification = std::function<void(vtkSMProxy*)>;

// Changes properties so that a running Python trace records them.
void modify(vtkSMProxy* proxy, const Modification& modification)
{
  SM_SCOPED_TRACE(PropertiesModified).arg("proxy", proxy);
  modification(proxy);
  proxy->UpdateVTKObjects();
}

template <std::size_t size>
void set(vtkSMProxy* proxy, const char* name, const std::array<double, size>& values)
{
  vtkSMPropertyHelper(proxy, name).Set(values.data(), static_cast<unsigned int>(size));
}

void setInput(vtkSMProxy* proxy, const char* name, vtkSMProxy* input)
{
  vtkSMPropertyHelper(proxy, name).Set(input, 0);
}

void setCells(vtkSMProxy* mesh, int across)
{
  const int extent[6] = { 0, across, 0, across, 0, 0 };
  vtkSMPropertyHelper(mesh, "Extent").Set(extent, 6);
  const double size = 1.0 / across;
  set(mesh, "Spacing", std::array<double, 3>{ size, size, size });
}

vtkSmartPointer<vtkSMSourceProxy> makeSource(vtkSMSessionProxyManager* manager, const char* group,
  const char* type, const std::string& name, const Modification& initialize)
{
  vtkNew<vtkSMParaViewPipelineControllerWithRendering> controller;
  auto proxy = vtkSmartPointer<vtkSMSourceProxy>::Take(
    vtkSMSourceProxy::SafeDownCast(manager->NewProxy(group, type)));
  controller->PreInitializeProxy(proxy);
  initialize(proxy);
  controller->PostInitializeProxy(proxy);
  controller->RegisterPipelineProxy(
    proxy, manager->GetUniqueProxyName("sources", name.c_str(), /*alwaysAppend=*/false).c_str());
  return proxy;
}

bool isRegistered(const char* group, vtkSMProxy* proxy)
{
  return proxy && proxy->GetSessionProxyManager()->GetProxyName(group, proxy) != nullptr;
}

// Colours without light, exactly as they are in the table.
void setUnlit(vtkSMProxy* shown)
{
  vtkSMPropertyHelper(shown, "Ambient").Set(1.0);
  vtkSMPropertyHelper(shown, "Diffuse").Set(0.0);
  vtkSMPropertyHelper(shown, "Specular").Set(0.0);
}

vtkSMProxy* show(vtkSMSourceProxy* source, vtkSMViewProxy* view, const Modification& look)
{
  vtkNew<vtkSMParaViewPipelineControllerWithRendering> controller;
  vtkSMProxy* shown = controller->Show(source, 0, view);
  if (shown)
  {
    modify(shown, look);
  }
  return shown;
}

void showOutline(vtkSMSourceProxy* mesh, vtkSMViewProxy* view)
{
  show(mesh, view, [](vtkSMProxy* shown) {
    vtkSMPropertyHelper(shown, "Representation").Set("Outline");
    set(shown, "AmbientColor", EdgeColor);
    set(shown, "DiffuseColor", EdgeColor);
    setUnlit(shown);
  });
}

void showShape(vtkSMSourceProxy* shape, vtkSMViewProxy* view)
{
  auto* shown = show(shape, view, [](vtkSMProxy* proxy) {
    vtkSMPropertyHelper(proxy, "Representation").Set("Surface");
    set(proxy, "AmbientColor", ShapeColor);
    set(proxy, "DiffuseColor", ShapeColor);
    setUnlit(proxy);
  });
  vtkSMPVRepresentationProxy::SetScalarColoring(shown, nullptr, vtkDataObject::CELL);
}

// Edges of finer meshes would cover the cells.
const char* fractionRepresentation(int cellsAcross)
{
  return cellsAcross > 48 ? "Surface" : "Surface With Edges";
}

void showFractions(
  vtkSMSourceProxy* fractions, vtkSMViewProxy* view, int cellsAcross, double opacity)
{
  auto* shown = show(fractions, view, [=](vtkSMProxy* proxy) {
    vtkSMPropertyHelper(proxy, "Representation").Set(fractionRepresentation(cellsAcross));
    set(proxy, "EdgeColor", EdgeColor);
    vtkSMPropertyHelper(proxy, "Opacity").Set(opacity);
    setUnlit(proxy);
  });
  vtkSMPVRepresentationProxy::SetScalarColoring(shown, FractionArray, vtkDataObject::CELL);
}

void showInterface(vtkSMSourceProxy* lines, vtkSMViewProxy* view)
{
  auto* shown = show(lines, view, [](vtkSMProxy* proxy) {
    vtkSMPropertyHelper(proxy, "Representation").Set("Surface");
    vtkSMPropertyHelper(proxy, "LineWidth").Set(3.0);
    set(proxy, "AmbientColor", InterfaceColor);
    set(proxy, "DiffuseColor", InterfaceColor);
    set(proxy, "Position", std::array<double, 3>{ 0.0, 0.0, InterfaceLift });
    setUnlit(proxy);
  });
  vtkSMPVRepresentationProxy::SetScalarColoring(shown, nullptr, vtkDataObject::CELL);
}

void setFractionColors(vtkSMSessionProxyManager* manager)
{
  vtkNew<vtkSMTransferFunctionManager> functions;
  modify(functions->GetColorTransferFunction(FractionArray, manager), [](vtkSMProxy* table) {
    vtkSMPropertyHelper(table, "AutomaticRescaleRangeMode").Set("Never");
    vtkSMPropertyHelper(table, "ScalarRangeInitialized").Set(1);
    vtkSMPropertyHelper(table, "ColorSpace").Set("RGB");
    vtkSMPropertyHelper(table, "RGBPoints")
      .Set(FractionColors.data(), static_cast<unsigned int>(FractionColors.size()));
  });
}

// The value of a one-row table's column, without bringing the table here.
double tableValue(vtkPVDataInformation* table, const char* column)
{
  auto* array = table->GetArrayInformation(column, vtkDataObject::ROW);
  const double* range = array ? array->GetComponentRange(0) : nullptr;
  return range && range[0] <= range[1] ? range[0] : std::numeric_limits<double>::quiet_NaN();
}
} // namespace

//-----------------------------------------------------------------------------
pqMIRComparison::pqMIRComparison(QObject* parent)
  : Superclass(parent)
  , Connections(vtkEventQtSlotConnect::New())
{}

//-----------------------------------------------------------------------------
pqMIRComparison::~pqMIRComparison()
{
  this->Connections->Delete();
}

//-----------------------------------------------------------------------------
bool pqMIRComparison::exists() const
{
  return std::all_of(this->Pipeline.begin(), this->Pipeline.end(),
    [](vtkSMProxy* proxy) { return isRegistered("sources", proxy); });
}

//-----------------------------------------------------------------------------
bool pqMIRComparison::viewsExist() const
{
  return isRegistered("layouts", this->Layout) &&
    std::all_of(this->Views.begin(), this->Views.end(),
      [](vtkSMProxy* proxy) { return isRegistered("views", proxy); });
}

//-----------------------------------------------------------------------------
bool pqMIRComparison::show(pqServer* server, const Case& value)
{
  if (!server->proxyManager()->GetPrototypeProxy("filters", "NeuralInterface"))
  {
    return false;
  }
  const bool elsewhere =
    this->Pipeline[SHAPE] && this->Pipeline[SHAPE]->GetSession() != server->session();
  if (!elsewhere && this->exists())
  {
    this->setCase(value);
  }

  // Linked cameras cannot be undone: ParaView itself forgets all history when it links two.
  pqScopedUndoExclude exclude;
  if (elsewhere || !this->exists())
  {
    this->removeViews();
    this->removePipeline();
    this->makePipeline(server, value);
  }
  if (!this->viewsExist())
  {
    this->removeViews();
    this->makeViews(server);
  }
  auto* model = pqApplicationCore::instance()->getServerManagerModel();
  auto& active = pqActiveObjects::instance();
  active.setActiveView(model->findItem<pqView*>(this->Views.front()));
  active.setActiveSource(model->findItem<pqPipelineSource*>(this->Pipeline[INTERFACES + NEURAL]));
  return true;
}

//-----------------------------------------------------------------------------
void pqMIRComparison::makePipeline(pqServer* server, const Case& value)
{
  auto* manager = server->proxyManager();
  auto& made = this->Pipeline;
  made[SHAPE] = makeSource(manager, "sources", "BenchmarkShape", "Shape", [&](vtkSMProxy* proxy) {
    vtkSMPropertyHelper(proxy, "Shape").Set(value.Shape.toUtf8().data());
  });
  // Concave polygons are filled rightly only once they are triangles.
  made[FILLED_SHAPE] = makeSource(manager, "filters", "TriangleFilter", "Filled Shape",
    [&](vtkSMProxy* proxy) { setInput(proxy, "Input", made[SHAPE]); });
  made[MESH] = makeSource(manager, "sources", "UniformMesh", "Mesh",
    [&](vtkSMProxy* proxy) { setCells(proxy, value.CellsAcross); });
  made[FRACTIONS] =
    makeSource(manager, "filters", "VolumeFractions", "Fractions", [&](vtkSMProxy* proxy) {
      setInput(proxy, "Input", made[MESH]);
      setInput(proxy, "Truth", made[SHAPE]);
    });
  const std::array<std::pair<const char*, std::string>, NUMBER_OF_RECONSTRUCTIONS> methods = {
    { { "PLICInterface", "PLIC" }, { "NeuralInterface", "Neural" } }
  };
  for (int i = 0; i < NUMBER_OF_RECONSTRUCTIONS; ++i)
  {
    made[INTERFACES + i] =
      makeSource(manager, "filters", methods[i].first, methods[i].second, [&](vtkSMProxy* proxy) {
        setInput(proxy, "Input", made[FRACTIONS]);
        vtkSMPropertyHelper(proxy, "VolumeFractionArrays").Set(FractionArray);
        if (i == NEURAL)
        {
          vtkSMPropertyHelper(proxy, "Model").Set(value.Model.toUtf8().data());
        }
      });
    made[ERRORS + i] = makeSource(
      manager, "filters", "InterfaceError", methods[i].second + " Error", [&](vtkSMProxy* proxy) {
        setInput(proxy, "Input", made[INTERFACES + i]);
        setInput(proxy, "Mesh", made[FRACTIONS]);
        setInput(proxy, "Truth", made[SHAPE]);
        vtkSMPropertyHelper(proxy, "VolumeFractionArrays").Set(FractionArray);
      });
  }

  this->Connections->Disconnect();
  for (auto& proxy : made)
  {
    this->Connections->Connect(
      proxy, vtkCommand::UpdatePropertyEvent, this, SIGNAL(changed()), nullptr, 0.0);
    proxy->UpdatePipeline();
  }
}

//-----------------------------------------------------------------------------
void pqMIRComparison::removePipeline()
{
  auto* model = pqApplicationCore::instance()->getServerManagerModel();
  auto* builder = pqApplicationCore::instance()->getObjectBuilder();
  this->Connections->Disconnect();
  std::for_each(this->Pipeline.rbegin(), this->Pipeline.rend(), [&](auto& proxy) {
    auto* source = proxy ? model->findItem<pqPipelineSource*>(proxy.GetPointer()) : nullptr;
    // What the user built upon stays.
    if (source && source->getAllConsumers().empty())
    {
      builder->destroy(source);
    }
    proxy = nullptr;
  });
}

//-----------------------------------------------------------------------------
void pqMIRComparison::makeViews(pqServer* server)
{
  auto* manager = server->proxyManager();
  vtkNew<vtkSMParaViewPipelineControllerWithRendering> controller;
  const std::array<const char*, NumberOfViews> names = { "Truth", "Volume Fractions", "PLIC",
    "Neural" };
  std::array<vtkSmartPointer<vtkSMViewProxy>, NumberOfViews> views;
  for (int i = 0; i < NumberOfViews; ++i)
  {
    views[i].TakeReference(vtkSMViewProxy::SafeDownCast(manager->NewProxy("views", "RenderView")));
    controller->PreInitializeProxy(views[i]);
    vtkSMPropertyHelper(views[i], "UseColorPaletteForBackground").Set(0);
    set(views[i], "Background", std::array<double, 3>{ 1.0, 1.0, 1.0 });
    vtkSMPropertyHelper(views[i], "OrientationAxesVisibility").Set(0);
    vtkSMPropertyHelper(views[i], "CenterAxesVisibility").Set(0);
    vtkSMPropertyHelper(views[i], "InteractionMode").Set("2D");
    vtkSMPropertyHelper(views[i], "CameraParallelProjection").Set(1);
    controller->PostInitializeProxy(views[i]);
    controller->RegisterViewProxy(
      views[i], manager->GetUniqueProxyName("views", names[i], /*alwaysAppend=*/false).c_str());
    this->Views[i] = views[i];
  }

  auto layout = vtkSmartPointer<vtkSMViewLayoutProxy>::Take(
    vtkSMViewLayoutProxy::SafeDownCast(manager->NewProxy("misc", "ViewLayout")));
  controller->InitializeProxy(layout);
  // Cell 0 becomes the columns 1 and 2, these the cells 3 over 4 and 5 over 6.
  layout->SplitHorizontal(0, 0.5);
  layout->SplitVertical(1, 0.5);
  layout->SplitVertical(2, 0.5);
  const std::array<int, NumberOfViews> cells = { 3, 5, 4, 6 };
  for (int i = 0; i < NumberOfViews; ++i)
  {
    layout->AssignView(cells[i], views[i]);
  }
  controller->RegisterLayoutProxy(
    layout, manager->GetUniqueProxyName("layouts", "Material Interface", false).c_str());
  this->Layout = layout;

  for (int i = 0; i < NumberOfViews; ++i)
  {
    this->fillView(i);
    this->addCaption(i);
  }
  setFractionColors(manager);
  auto* links = pqApplicationCore::instance()->getLinksModel();
  for (int i = 1; i < NumberOfViews; ++i)
  {
    const QString base = QString("Material Interface %1").arg(names[i]);
    QString name = base;
    for (int n = 2; links->getLink(name); ++n)
    {
      name = QString("%1 %2").arg(base).arg(n);
    }
    links->addCameraLink(name, views[0], views[i]);
  }
  // The views get their sizes once Qt has laid them out.
  this->fitCameras();
  QTimer::singleShot(0, this, &pqMIRComparison::fitCameras);
}

//-----------------------------------------------------------------------------
void pqMIRComparison::removeViews()
{
  auto* model = pqApplicationCore::instance()->getServerManagerModel();
  auto* builder = pqApplicationCore::instance()->getObjectBuilder();
  for (auto& proxy : this->Views)
  {
    if (auto* view = proxy ? model->findItem<pqView*>(proxy.GetPointer()) : nullptr)
    {
      builder->destroy(view);
    }
    proxy = nullptr;
  }
  if (isRegistered("layouts", this->Layout))
  {
    vtkNew<vtkSMParaViewPipelineControllerWithRendering> controller;
    controller->UnRegisterProxy(this->Layout);
  }
  this->Layout = nullptr;
}

//-----------------------------------------------------------------------------
void pqMIRComparison::fillView(int index)
{
  vtkSMViewProxy* view = this->Views[index];
  showOutline(this->Pipeline[MESH], view);
  switch (index)
  {
    case 0:
      showShape(this->Pipeline[FILLED_SHAPE], view);
      break;
    case 1:
      showFractions(this->Pipeline[FRACTIONS], view, this->currentCase().CellsAcross, 1.0);
      break;
    default:
      showFractions(this->Pipeline[FRACTIONS], view, this->currentCase().CellsAcross, 0.5);
      showInterface(this->Pipeline[INTERFACES + index - 2], view);
  }
}

//-----------------------------------------------------------------------------
void pqMIRComparison::fitCameras()
{
  if (!this->viewsExist())
  {
    return;
  }
  pqScopedUndoExclude exclude;
  for (auto& view : this->Views)
  {
    modify(view, [](vtkSMProxy* proxy) {
      int size[2] = { 1, 1 };
      vtkSMPropertyHelper(proxy, "ViewSize").Get(size, 2);
      const double aspect = size[0] > 0 && size[1] > 0 ? double(size[0]) / size[1] : 1.0;
      const double half = std::max(HalfHeight, HalfWidth / aspect);
      const double up = half - HalfHeight > 0.0 ? 0.0 : HalfHeight - 0.5 - 0.01;
      set(proxy, "CameraPosition", std::array<double, 3>{ 0.5, 0.5 + 0.5 * up, 10.0 });
      set(proxy, "CameraFocalPoint", std::array<double, 3>{ 0.5, 0.5 + 0.5 * up, 0.0 });
      set(proxy, "CameraViewUp", std::array<double, 3>{ 0.0, 1.0, 0.0 });
      vtkSMPropertyHelper(proxy, "CameraParallelScale").Set(half);
    });
    view->StillRender();
  }
}

//-----------------------------------------------------------------------------
void pqMIRComparison::addCaption(int index)
{
  // Captions belong to the view like its axes: they are not sources in the pipeline browser.
  vtkSMViewProxy* view = this->Views[index];
  auto* manager = view->GetSessionProxyManager();
  auto text = vtkSmartPointer<vtkSMSourceProxy>::Take(
    vtkSMSourceProxy::SafeDownCast(manager->NewProxy("sources", "TextSource")));
  text->UpdateVTKObjects();
  this->Captions[index] = text;
  auto shown = vtkSmartPointer<vtkSMProxy>::Take(
    manager->NewProxy("representations", "TextSourceRepresentation"));
  setInput(shown, "Input", text);
  vtkSMPropertyHelper(shown, "WindowLocation").Set("Upper Center");
  vtkSMPropertyHelper(shown, "FontSize").Set(14);
  vtkSMPropertyHelper(shown, "Bold").Set(1);
  set(shown, "Color", CaptionColor);
  shown->UpdateVTKObjects();
  vtkSMPropertyHelper(view, "HiddenRepresentations").Add(shown);
  view->UpdateVTKObjects();
}

//-----------------------------------------------------------------------------
void pqMIRComparison::updateCaptions()
{
  const Case value = this->currentCase();
  const auto property = [](vtkSMProxy* proxy, const char* name) {
    return QString(vtkSMPropertyHelper(proxy, name).GetAsString());
  };
  const std::array<QString, NumberOfViews> captions = { QString("Truth: %1").arg(value.Shape),
    QString("Volume fractions: %1 x %1 cells").arg(value.CellsAcross),
    QString("PLIC: %1").arg(property(this->Pipeline[INTERFACES + PLIC], "Method")),
    QString("Neural: %1").arg(value.Model) };
  for (int i = 0; i < NumberOfViews; ++i)
  {
    if (this->Captions[i])
    {
      vtkSMPropertyHelper(this->Captions[i], "Text").Set(captions[i].toUtf8().data());
      this->Captions[i]->UpdateVTKObjects();
    }
  }
}

//-----------------------------------------------------------------------------
pqMIRComparison::Case pqMIRComparison::currentCase() const
{
  int extent[6];
  vtkSMPropertyHelper(this->Pipeline[MESH], "Extent").Get(extent, 6);
  return { vtkSMPropertyHelper(this->Pipeline[SHAPE], "Shape").GetAsString(),
    vtkSMPropertyHelper(this->Pipeline[INTERFACES + NEURAL], "Model").GetAsString(),
    extent[1] - extent[0] };
}

//-----------------------------------------------------------------------------
void pqMIRComparison::setCase(const Case& value)
{
  pqScopedUndoSet undo("Change Compared Case");
  const Case old = this->currentCase();
  if (value.Shape != old.Shape)
  {
    modify(this->Pipeline[SHAPE], [&](vtkSMProxy* proxy) {
      vtkSMPropertyHelper(proxy, "Shape").Set(value.Shape.toUtf8().data());
    });
  }
  if (value.Model != old.Model)
  {
    modify(this->Pipeline[INTERFACES + NEURAL], [&](vtkSMProxy* proxy) {
      vtkSMPropertyHelper(proxy, "Model").Set(value.Model.toUtf8().data());
    });
  }
  if (value.CellsAcross == old.CellsAcross)
  {
    return;
  }
  modify(this->Pipeline[MESH], [&](vtkSMProxy* proxy) { setCells(proxy, value.CellsAcross); });
  const std::string look = fractionRepresentation(value.CellsAcross);
  if (look != fractionRepresentation(old.CellsAcross))
  {
    for (auto& view : this->Views)
    {
      auto* shown = view ? view->FindRepresentation(this->Pipeline[FRACTIONS], 0) : nullptr;
      if (shown)
      {
        modify(shown, [&](vtkSMProxy* proxy) {
          vtkSMPropertyHelper(proxy, "Representation").Set(look.c_str());
        });
      }
    }
  }
}

//-----------------------------------------------------------------------------
std::array<pqMIRComparison::Metrics, pqMIRComparison::NUMBER_OF_RECONSTRUCTIONS>
pqMIRComparison::update()
{
  // What follows from a change is no change of its own.
  pqScopedUndoExclude exclude;
  std::array<Metrics, NUMBER_OF_RECONSTRUCTIONS> result;
  for (int i = 0; i < NUMBER_OF_RECONSTRUCTIONS; ++i)
  {
    vtkSMSourceProxy* errors = this->Pipeline[ERRORS + i];
    errors->UpdatePipeline();
    auto* table = errors->GetDataInformation(2);
    result[i] = { tableValue(table, "ConservationMax"), tableValue(table, "ContinuityMax"),
      tableValue(table, "ShapeError"), tableValue(table, "Milliseconds") };
  }
  if (this->viewsExist())
  {
    this->updateCaptions();
    for (auto& view : this->Views)
    {
      view->StillRender();
    }
  }
  return result;
}
