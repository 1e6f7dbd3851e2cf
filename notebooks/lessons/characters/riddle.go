package characters

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"kindred/metakit"
	"kindred/plots"
)

// A Riddle shows Shots drawings of each of Ways new characters, called A, B, …, and asks for the names of Asked others of
// each, in mixed order.
type Riddle struct {
	Seed               uint64
	Ways, Shots, Asked int
}

// wide is the most pictures side by side.
const wide = 10

// drawn is a riddle with its answers.
type drawn struct {
	*metakit.Episode
	order  []int // of the query rows
	truth  []int // in that order
	riddle Riddle
}

func (d Drawings) draw(r Riddle) drawn {
	e := metakit.Draw(d.New(r.Ways, r.Shots, r.Asked), r.Seed, metakit.TestIndex(0))
	q := drawn{Episode: e, riddle: r, order: rand.New(rand.NewPCG(r.Seed, 1)).Perm(r.Ways * r.Asked)}
	for _, row := range q.order {
		q.truth = append(q.truth, int(e.Query.Y.At(row, 0)))
	}
	return q
}

func letter(class int) string { return string(rune('A' + class)) }

// known are the rows of the drawings that are named.
func (q drawn) known() (rows []plots.PictureRow) {
	for shot := range q.riddle.Shots {
		for class := range q.riddle.Ways {
			if class%wide == 0 {
				rows = append(rows, plots.PictureRow{})
			}
			last := &rows[len(rows)-1]
			last.Pictures = append(last.Pictures, plots.Picture{
				Pixels: q.Support.X.RawRowView(class*q.riddle.Shots + shot), Name: letter(class), Role: plots.Blue})
		}
	}
	rows[0].Name = "known"
	return rows
}

// asked are the rows of the others, with what is said of each, a line an answerer.
func (q drawn) asked(lines []string, said [][]plots.Word) (rows []plots.PictureRow) {
	for i, row := range q.order {
		if i%wide == 0 {
			rows = append(rows, plots.PictureRow{Lines: lines})
		}
		last := &rows[len(rows)-1]
		p := plots.Picture{Pixels: q.Query.X.RawRowView(row), Name: fmt.Sprint(i + 1)}
		for _, of := range said {
			p.Words = append(p.Words, of[i])
		}
		last.Pictures = append(last.Pictures, p)
	}
	rows[0].Name = "which?"
	return rows
}

// Ask draws the riddle.
func (d Drawings) Ask(r Riddle) Figure {
	return d.or(func() Figure {
		q := d.draw(r)
		return plots.Pictures{
			Title: fmt.Sprintf("Which of the characters %s to %s is each of the %d others?", letter(0), letter(r.Ways-1),
				len(q.order)),
			Subtitle: fmt.Sprintf("%d-way %d-shot: %d characters from alphabets that are new to you, as drawn by people who "+
				"do not write them", r.Ways, r.Shots, r.Ways),
			Rows: append(q.known(), q.asked(nil, nil)...),
		}.Figure(fmt.Sprintf("An episode as pictures: %d-way %d-shot, the drawings that are named and %d to be named.", r.Ways,
			r.Shots, len(q.order)))
	})
}

// Answers draws the riddle with its solution.
func (d Drawings) Answers(r Riddle) Figure {
	return d.or(func() Figure {
		q := d.draw(r)
		return plots.Pictures{
			Title: "The answers",
			Rows:  append(q.known(), q.asked([]string{"it is"}, [][]plots.Word{q.words(q.truth)})...),
		}.Figure(fmt.Sprintf("The %d drawings with their names.", len(q.order)))
	})
}

// words are answers as letters, with a cross behind those that are wrong, and a dash where there is none.
func (q drawn) words(answers []int) []plots.Word {
	out := make([]plots.Word, len(q.truth))
	for i, t := range q.truth {
		switch {
		case i >= len(answers) || answers[i] < 0:
			out[i] = plots.Word{Text: "–", Role: plots.Grey}
		case answers[i] == t:
			out[i] = plots.Word{Text: letter(t)}
		default:
			out[i] = plots.Word{Text: letter(answers[i]) + " ×", Role: plots.Vermillion}
		}
	}
	return out
}

func (q drawn) right(answers []int) (n int) {
	for i, t := range q.truth {
		if i < len(answers) && answers[i] == t {
			n++
		}
	}
	return n
}

// typed reads letters in either case; what is no letter between them is skipped, but for -, which is no answer.
func typed(text string) (answers []int) {
	for _, r := range strings.ToUpper(text) {
		switch {
		case r >= 'A' && r <= 'Z':
			answers = append(answers, int(r-'A'))
		case r == '-' || r == '?':
			answers = append(answers, -1)
		}
	}
	return answers
}

// judged is on how many riddles methods are measured.
const judged = 300

// Score draws the riddle with the reader's answers, those of the nearest pixels, and those of what was trained and can answer
// it: a learner that adapts in steps answers tasks of as many ways as it was trained for alone.
func (d Drawings) Score(r Riddle, answers string, trained ...Trained) Figure {
	return d.or(func() Figure {
		q := d.draw(r)
		you, others := typed(answers), d.New(r.Ways, r.Shots, r.Asked)
		lines, said := []string{"it is"}, [][]plots.Word{q.words(q.truth)}
		var have []string
		if len(you) > 0 {
			lines, said = append(lines, "you"), append(said, q.words(you))
			have = append(have, fmt.Sprintf("you have %d", q.right(you)))
		}
		add := func(name string, p metakit.Predictor) {
			found := q.inOrder(labels(p.Predict(q.Support, q.Query.X)))
			lines, said = append(lines, name), append(said, q.words(found))
			have = append(have, fmt.Sprintf("%s %d", name, q.right(found)))
		}
		add("nearest pixels", Nearest{})
		caption := "Nearest pixels " + interval(accuracyOf(Nearest{}, others, judged))
		for _, t := range trained {
			if t.answers(r.Ways) {
				add(t.Name, t)
				caption += fmt.Sprintf(", %s %s", t.Name, interval(t.on(others, judged)))
			}
		}
		title := fmt.Sprintf("Of %d right: %s", len(q.truth), strings.Join(have, ", "))
		return plots.Pictures{
			Title: title, Subtitle: fmt.Sprintf("the same riddle, %d-way %d-shot; × is wrong", r.Ways, r.Shots),
			Rows: q.asked(lines, said),
		}.Figure("The drawings of the riddle with what the reader and other methods take them for. " + title + ".").Caption(
			fmt.Sprintf("%s of %d such riddles right, with 95 %% intervals; chance is %.0f %%.", caption, judged, 100/float64(r.Ways)))
	})
}

// Wrong returns how many drawings of a riddle something trained takes for another character; 0 where there are no drawings.
func (d Drawings) Wrong(r Riddle, t Trained) int {
	if d.Images == nil {
		return 0
	}
	q := d.draw(r)
	return len(q.truth) - q.right(q.inOrder(labels(t.Predict(q.Support, q.Query.X))))
}

// inOrder puts what is said of the query rows into the order in which they are shown.
func (q drawn) inOrder(of []int) (out []int) {
	for _, row := range q.order {
		out = append(out, of[row])
	}
	return out
}

// interval writes an interval of per cent, as in "62.1 % [60.0, 64.2]".
func interval(i metakit.Interval) string {
	return fmt.Sprintf("%.1f %% [%.1f, %.1f]", i.Mean, i.Low, i.High)
}
