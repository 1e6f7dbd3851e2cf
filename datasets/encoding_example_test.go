package datasets_test

import (
	"encoding/json"
	"fmt"
	"log"

	"kindred/datasets"
)

// What was learned of the training part is kept beside a model, as JSON, and encodes the rows of a later day.
func ExampleEncoding() {
	read := func(text string) *datasets.Table {
		table, err := datasets.CSV{Targets: []string{"price"}}.Parse("houses.csv", []byte(text))
		if err != nil {
			log.Fatal(err)
		}
		return table
	}
	learned, err := datasets.Encoder{Fill: true}.Learn(read("rooms,town,price\n3,Ely,1\n,York,2\n5,Ely,2\n"))
	if err != nil {
		log.Fatal(err)
	}
	kept, err := json.Marshal(learned)
	if err != nil {
		log.Fatal(err)
	}
	var encoding datasets.Encoding
	if err := json.Unmarshal(kept, &encoding); err != nil {
		log.Fatal(err)
	}
	later, err := encoding.Apply(read("rooms,town,price\n,York,9\n"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(later.Inputs, later.X.RawRowView(0))
	// Output:
	// [rooms rooms missing town=Ely town=York] [4 1 0 1]
}
