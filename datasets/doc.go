// Package datasets has the data of the walkthrough: the two examples of the article, drawn as NumPy draws them, and
// real sets for several tasks.
//
// Three small sets are part of the package: [Student], of both subjects, and [Energy]. The others are read from the
// folder that the environment variable KINDRED_DATA names, if it is set, and else fetched once from their public source
// into the user's cache folder; either way their SHA-256 is checked, or, of the two large archives of Omniglot, which go
// round in several packings, that of their members. The folder is laid out as SET/FILE, for example
// wine_quality/winequality-red.csv.
//
//	table, err := datasets.Wine(ctx)
//	train, test := table.Split(0.8, 1)          // the same split for the same seed
//	scale := datasets.NewScaler(train.X)
//	x, quality := scale.Apply(train.X), train.Target("quality")
//
// [CSV] reads a table of your own, with words, missing cells, classes and groups. [Table.Split], [Table.SplitWithinGroups]
// and [Table.SplitGroups] hold rows out, and an [Encoder] makes words and missing cells into numbers by what it learns on
// the rest:
//
//	table, err := datasets.CSV{Targets: []string{"score", "passed"}, Group: "school"}.Read("pupils.csv")
//	train, test := table.SplitWithinGroups(0.75, 1)
//	encoding, err := datasets.Encoder{Fill: true}.Learn(train)
//	train, err = encoding.Apply(train)
//	test, err = encoding.Apply(test)
//	scale := train.Scaler() // one-hot columns stay 0 and 1
//
// What a function takes it does not keep, and what it returns is the caller's own: neither changes with the other.
// Where a set cannot be read, the error says which file, what is wrong with it and where it comes from. A file may come
// from a stranger: a text takes at most 64 bytes of memory for each of its own, a packed file unpacks to 32 times its size
// at most, a drawing has 105 × 105 pixels; and what has other labels, names twice or numbers that are not finite is
// refused. A call that makes no sense panics with a sentence: a nil context or table, a number out of range, a name that is not there.
package datasets
