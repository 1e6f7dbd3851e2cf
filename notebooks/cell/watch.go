package cell

import (
	"context"
	"iter"
	"time"
)

// Watch does the steps of a computation and shows its figure: while it goes on at most every 200 ms, and at its end the
// figure that stays in the notebook. The context given to steps ends with the stop button; what was learned by then is
// shown. In a browser it waits for pause after every step, so that what takes no time can be watched.
//
//	run := classifier.Start()
//	cell.Watch(5*time.Millisecond, run.Learn, run.Figure)
func Watch[F Figure](pause time.Duration, steps func(context.Context) iter.Seq[int], figure func() F) {
	ctx, stop := Context()
	defer stop()
	if !InBrowser() {
		pause = 0
	}
	var live Live
	for range steps(ctx) {
		live.Draw(func() Figure { return figure() })
		time.Sleep(pause)
	}
	live.Done(figure())
}
