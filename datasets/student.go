package datasets

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// A Subject is a school subject of [Student].
type Subject string

// The two subjects.
const (
	Mathematics Subject = "mat" // 395 pupils
	Portuguese  Subject = "por" // 649 pupils
)

// Grades tells which grades of the same year are among the inputs of [Student].
type Grades int

// The three sets of inputs of the paper, where they are called C, B and A.
const (
	NoGrades   Grades = iota // neither G1 nor G2: hard
	FirstGrade               // G1, of the first period
	BothGrades               // G1 and G2: G3 is nearly known
)

// Student returns the pupils of two Portuguese secondary schools, 2005 to 2006, with three tasks on the same rows: the
// final grade G3 (0 to 20), pass (1 where G3 ≥ 10), and level (0 fail: below 10, 1 sufficient: 10 and 11, 2
// satisfactory: 12 and 13, 3 good: 14 and 15, 4 excellent: 16 and above). The inputs are 30 answers about the pupil;
// nominal ones become columns of 0 and 1. It is part of the package (UCI data set 320, CC BY 4.0). It panics at another
// subject, the empty one too, and at other grades.
//
// Reference: Cortez, Silva. Using data mining to predict secondary school student performance. FUBUTEC 2008.
func Student(subject Subject, known Grades) *Table {
	if subject != Mathematics && subject != Portuguese {
		panic(fmt.Sprintf("datasets: Student: no subject %q, want Mathematics or Portuguese", string(subject)))
	}
	if known < NoGrades || known > BothGrades {
		panic(fmt.Sprintf("datasets: Student: no set of grades %d, want NoGrades, FirstGrade or BothGrades", int(known)))
	}
	name := "student-" + string(subject) + ".csv"
	table, err := parseStudent(name, shipped(name), known)
	if err != nil {
		panic(err) // the bytes are part of the program
	}
	return table
}

// parseStudent reads a table with the columns G1, G2 and G3.
func parseStudent(path string, data []byte, known Grades) (*Table, error) {
	cells, err := readCSV(path, data, ';', nil)
	if err != nil {
		return nil, err
	}
	left := []string{"G3"}
	if known < BothGrades {
		left = append(left, "G2")
	}
	if known < FirstGrade {
		left = append(left, "G1")
	}
	x, names, err := cells.matrix(cells.except(left...))
	if err != nil {
		return nil, err
	}
	g3, err := cells.labels("G3", 0, 20)
	if err != nil {
		return nil, err
	}
	y := mat.NewDense(cells.rows, 3, nil)
	for i, grade := range g3 {
		y.SetRow(i, []float64{grade, passes(grade), level(grade)})
	}
	return &Table{Inputs: names, Targets: []string{"G3", "pass", "level"}, X: x, Y: y}, nil
}

func passes(grade float64) float64 {
	if grade >= 10 {
		return 1
	}
	return 0
}

func level(grade float64) float64 {
	level := 0.0
	for _, least := range []float64{10, 12, 14, 16} {
		if grade >= least {
			level++
		}
	}
	return level
}
