"""Material interface reconstruction for VTK: the classes of the module MIR::Filters."""
from .mirFilters import *
