"""The ParaView pipelines behind the figures: mesh, fractions, reconstructions and their errors.

Everything here can be done from ParaView's menus just as well.
"""
import time
from pathlib import Path

from paraview import servermanager, simple
from vtkmodules.vtkCommonCore import vtkLogger

COLUMNS = [
    "Shape",
    "Method",
    "Cells",
    "Mixed",
    "ConservationMax",
    "ConservationMean",
    "ContinuityMax",
    "ContinuityMean",
    "ShapeError",
    "Hausdorff",
    "NormalError",
    "Milliseconds",
]

PLIC = "PLIC Mixed Youngs-Centered"
# Of any mesh: the other PLIC methods need an image or rectilinear grid.
PLIC_LEAST_SQUARES = "PLIC Least Squares"
# Those of the 2021 study, by their names in Neural Interface.
AUTOENCODERS = {
    "Neural autoencoder 2 channels": "autoencoder-2ch",
    "Neural autoencoder 4 channels": "autoencoder-4ch",
    "Neural autoencoder 2 channels, pooling d1": "autoencoder-pooling-d1",
    "Neural autoencoder 2 channels, pooling d2": "autoencoder-pooling-d2",
}
# The one with the least mean squared error in the table of testing/study.
BEST_AUTOENCODER = "Neural autoencoder 2 channels"
SUBCELL = "Neural subcell"
AVERAGED_PLANES = "Continuous Averaged Planes"
AVERAGED_PARABOLOIDS = "Continuous Averaged Paraboloids"
VARIATIONAL = "Continuous Variational"
PARAVIEW_YOUNGS = "ParaView Youngs"


def load_plugin(path=None):
    """Loads MIR into ParaView: the given file, or the one in this repository's build folder."""
    build = Path(__file__).resolve().parents[2] / "build"
    found = [Path(path)] if path else sorted(build.glob("lib*/**/plugins/MIR/MIR.so"))
    if not found or not found[-1].is_file():
        raise SystemExit(f"The plugin is missing: no {path or build / '...' / 'MIR.so'}")
    try:
        simple.LoadPlugin(str(found[-1]), remote=False, ns=vars(simple))
    except RuntimeError as error:
        raise SystemExit(f"ParaView cannot load {found[-1]}: {error}") from error
    if not hasattr(simple, "PLICInterface"):
        raise SystemExit(f"ParaView loaded {found[-1]}, but it has no PLIC Interface filter")


def unit_mesh(cells, dimension=2):
    """Equal square cells over the unit square or cube, so many along each axis, as image data."""
    return simple.UniformMesh(
        Extent=[0, cells, 0, cells, 0, cells if dimension == 3 else 0],
        Spacing=[1.0 / cells] * 3,
        Origin=[0.0, 0.0, 0.0],
    )


def reconstruct(method, fractions, array, tolerance=1e-8, **settings):
    """The interface that one of the methods named above makes of a cell array of fractions."""
    options = {"Input": fractions, "VolumeFractionArrays": [array], "Tolerance": tolerance}
    options.update(settings)
    if method in (PLIC, PLIC_LEAST_SQUARES):
        return simple.PLICInterface(Method=method[len("PLIC ") :], **options)
    if method in (AVERAGED_PLANES, AVERAGED_PARABOLOIDS, VARIATIONAL):
        return simple.ContinuousInterface(Method=method[len("Continuous ") :], **options)
    if method in AUTOENCODERS:
        # As the study has it: nothing corrects what the network fails to conserve.
        return simple.NeuralInterface(Model=AUTOENCODERS[method], Conserve="Off", **options)
    if method == SUBCELL:
        return simple.NeuralInterface(Model="subcell", Conserve="Exact", **options)
    raise ValueError(f"no method {method}")


def paraview_youngs(fractions, array, tolerance):
    """The same from ParaView's own filters, with the settings that favour it on a plane mesh.

    Its defaults are for axially symmetric problems and leave out fractions below 0.01 and above
    0.99. Its facets carry the ids of their cells, which Interface Error needs. Returns the
    interface and the milliseconds that gradient and interface took.
    """
    # Generate Ids would do, if it did not drop the array that is the active one.
    ids = simple.PythonCalculator(
        Input=fractions,
        ArrayAssociation="Cell Data",
        Expression="numpy.arange(inputs[0].GetNumberOfCells())",
        ArrayName="SourceCellIds",
    )
    gradient = simple.Gradient(
        Input=ids, ScalarArray=["CELLS", array], ResultArrayName="FractionGradient"
    )
    # The filter takes composite data only.
    blocks = simple.GroupDatasets(Input=[gradient])
    # It has a line to say about every cell that it drops; the errors count them.
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)
    youngs = simple.YoungsMaterialInterface(
        Input=blocks,
        VolumeFractionArrays=[array],
        NormalArrays=[array, "FractionGradient"],
        VolumeFractionRange=[tolerance, 1.0 - tolerance],
        AxisSymetric=0,
        FillMaterial=0,
    )
    facets = simple.ExtractSurface(Input=simple.MergeBlocks(Input=youngs, MergePoints=0))
    facets.UpdatePipeline()
    # Once more without the start of everything: our own filters time only their work, too.
    gradient.GetClientSideObject().Modified()
    start = time.perf_counter()
    youngs.GetClientSideObject().Update()
    elapsed = 1e3 * (time.perf_counter() - start)
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_INFO)
    return facets, elapsed


class Result:
    """A reconstruction and its errors.

    interface: the facets; overlay: the mesh with a cell array for each error; row: the measures,
    by the names in COLUMNS.
    """

    def __init__(self, shape, method, fractions, array, truth=None, tolerance=1e-8, **settings):
        if method == PARAVIEW_YOUNGS:
            self.interface, milliseconds = paraview_youngs(fractions, array, tolerance)
        else:
            self.interface = reconstruct(method, fractions, array, tolerance, **settings)
            milliseconds = None  # the interface itself says
        error = simple.InterfaceError(
            Input=self.interface,
            Mesh=fractions,
            Truth=truth,
            VolumeFractionArrays=[array],
            MethodName=method,
            Tolerance=tolerance,
        )
        error.UpdatePipeline()
        self.overlay = simple.OutputPort(error, 0)
        self.row = {"Shape": shape, **_first_row(error, 2), "Method": method}
        if milliseconds is not None:
            self.row["Milliseconds"] = milliseconds
        missing = set(COLUMNS) - set(self.row)
        if missing:
            raise SystemExit(f"{method} on {shape}: no {', '.join(sorted(missing))} in the metrics")


def _first_row(source, port):
    data = servermanager.Fetch(source, idx=port)
    if not data.IsA("vtkTable") or data.GetNumberOfRows() == 0:
        raise SystemExit("Interface Error measured nothing; its message is above")
    names = [data.GetColumnName(i) for i in range(data.GetNumberOfColumns())]
    values = [data.GetValueByName(0, name) for name in names]
    return {
        name: value.ToString() if value.IsString() else value.ToDouble()
        for name, value in zip(names, values)
    }
