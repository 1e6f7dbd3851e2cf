package company

import (
	"context"
	"fmt"

	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Shuffled draws what tasks gain from sharing beside what they gain when the labels of all others are shuffled.
func Shuffled(s relate.Study) plots.Figure {
	r, err := s.Report(context.Background(), true)
	if err != nil {
		panic(err)
	}
	d := plots.Forest{
		X: "gain, in % of the loss alone", Decimals: 0, Column: "gain [95 %]", Baseline: plots.Marker{Name: "as good as alone"},
	}
	real, fake := 0, 0
	for _, f := range r.Findings {
		if f.Gain.Low > 0 {
			real++
		}
		if f.Shuffled.Low > 0 {
			fake++
		}
		g, n := scaled(f.Gain), scaled(f.Shuffled)
		d.Groups = append(d.Groups, plots.Group{Name: f.Task, Rows: []plots.Item{
			{Name: "others as they are", Role: plots.Blue, Value: g.Mean, Low: g.Low, High: g.High, Runs: scaledAll(f.Gains)},
			{Name: "others shuffled", Role: plots.Grey, Value: n.Mean, Low: n.Low, High: n.High},
		}})
	}
	d.Title = fmt.Sprintf("Beside sense %s tasks %s, beside nonsense %s", lessons.Of(real, len(r.Findings)),
		lessons.Do(real, "gains", "gain"), lessons.Some(fake))
	d.Subtitle = fmt.Sprintf("test rows; mean of %d seeds (small dots), 95 %% interval; a gain counts where it is above 0",
		r.Seeds)
	return d.Figure("Dot plot of what tasks gain from sharing, with the others' labels as they are and shuffled. " +
		d.Title + ".")
}
