package relate_test

import (
	"fmt"
	"log"

	"kindred/mtlkit/relate"
)

// Test losses that any program measured, of two tasks on four seeds, together and alone: a verdict for each.
func ExampleNewReport() {
	report, err := relate.NewReport([]string{"price", "rent"},
		[][]float64{{0.80, 0.82, 0.79, 0.81}, {1.1, 0.9, 1.3, 0.9}}, // together
		[][]float64{{1.00, 1.02, 0.98, 1.01}, {1.0, 1.0, 1.0, 1.0}}, // alone
		relate.Judge{})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range report.Findings {
		fmt.Printf("%s: sharing %v, gain %.0f %% [%.0f, %.0f]\n", f.Task, f.Verdict, 100*f.Gain.Mean, 100*f.Gain.Low, 100*f.Gain.High)
	}
	// Output:
	// price: sharing helps, gain 20 % [19, 20]
	// rent: sharing cannot be told, gain -5 % [-35, 25]
}
