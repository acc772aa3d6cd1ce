// A circle on a 16 x 16 grid: its volume fractions, and the interface that PLIC makes of them.
#include <vtkBenchmarkShape.h>
#include <vtkCellData.h>
#include <vtkDataSet.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPLICInterface.h>
#include <vtkPolyData.h>
#include <vtkVolumeFractions.h>

#include <cstdlib>
#include <iostream>

int main()
{
  vtkNew<vtkImageData> grid;
  grid->SetDimensions(17, 17, 1);
  grid->SetSpacing(1.0 / 16.0, 1.0 / 16.0, 1.0);

  vtkNew<vtkBenchmarkShape> circle;
  vtkNew<vtkVolumeFractions> fractions;
  fractions->SetInputData(grid);
  fractions->SetTruthConnection(circle->GetOutputPort());

  vtkNew<vtkPLICInterface> plic;
  plic->SetInputConnection(fractions->GetOutputPort());
  plic->AddVolumeFractionArray("VolumeFraction");
  plic->Update();

  const vtkIdType facets = plic->GetPolyDataOutput()->GetNumberOfCells();
  std::cout << "consumer: " << facets << " facets\n";
  // A circle that spans 11.2 cells crosses some forty of them.
  const bool normals = plic->GetPolyDataOutput()->GetCellData()->GetArray("Normals") != nullptr;
  return facets > 30 && facets < 60 && normals ? EXIT_SUCCESS : EXIT_FAILURE;
}
