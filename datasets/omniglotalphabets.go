package datasets

import "slices"

// An alphabet is one of Omniglot's, whose numbers of characters count from first on.
type alphabet struct {
	name              string
	first, characters int
}

// The alphabets of the two parts of the set, in the order of Omniglot's numbers of characters, 1 to 1,623.
var (
	omniglotBackground = []alphabet{
		{"Arcadian", 1, 26}, {"Armenian", 27, 41}, {"Asomtavruli_(Georgian)", 68, 40}, {"Balinese", 108, 24},
		{"Bengali", 132, 46}, {"Blackfoot_(Canadian_Aboriginal_Syllabics)", 178, 14}, {"Braille", 192, 26},
		{"Cyrillic", 218, 33}, {"Early_Aramaic", 251, 22}, {"Syriac_(Estrangelo)", 273, 23},
		{"Anglo-Saxon_Futhorc", 296, 29}, {"Futurama", 325, 26}, {"Grantha", 351, 43}, {"Greek", 394, 24},
		{"Gujarati", 418, 48}, {"Hebrew", 466, 22}, {"Japanese_(hiragana)", 488, 52},
		{"Inuktitut_(Canadian_Aboriginal_Syllabics)", 540, 16}, {"Malay_(Jawi_-_Arabic)", 556, 40},
		{"Japanese_(katakana)", 596, 47}, {"Korean", 643, 40}, {"Latin", 683, 26}, {"Alphabet_of_the_Magi", 709, 20},
		{"Mkhedruli_(Georgian)", 729, 41}, {"Burmese_(Myanmar)", 770, 34}, {"N_Ko", 804, 33},
		{"Ojibwe_(Canadian_Aboriginal_Syllabics)", 837, 14}, {"Sanskrit", 851, 42}, {"Tagalog", 893, 17},
		{"Tifinagh", 910, 55},
	}
	omniglotEvaluation = []alphabet{
		{"Angelic", 965, 20}, {"Atemayar_Qelisayer", 985, 26}, {"Atlantean", 1011, 26}, {"Aurek-Besh", 1037, 26},
		{"Avesta", 1063, 26}, {"Ge_ez", 1089, 26}, {"Glagolitic", 1115, 45}, {"Gurmukhi", 1160, 45},
		{"Kannada", 1205, 41}, {"Keble", 1246, 26}, {"Malayalam", 1272, 47}, {"Manipuri", 1319, 40},
		{"Mongolian", 1359, 30}, {"Old_Church_Slavonic_(Cyrillic)", 1389, 45}, {"Oriya", 1434, 46},
		{"Syriac_(Serto)", 1480, 23}, {"Sylheti", 1503, 28}, {"Tengwar", 1531, 25}, {"Tibetan", 1556, 42},
		{"ULOG", 1598, 26},
	}
)

// omniglotAlphabets are those of the two small archives.
var omniglotAlphabets = slices.DeleteFunc(slices.Clone(omniglotBackground), func(a alphabet) bool {
	return !slices.Contains([]string{"Balinese", "Early_Aramaic", "Greek", "Japanese_(katakana)", "Korean", "Latin", "Sanskrit",
		"Tagalog"}, a.name)
})

// OmniglotAlphabets returns the names of the alphabets of [Omniglot], in the order of their numbers.
func OmniglotAlphabets() []string { return namesOf(omniglotAlphabets) }

func namesOf(alphabets []alphabet) []string {
	names := make([]string, len(alphabets))
	for i, a := range alphabets {
		names[i] = a.name
	}
	return names
}
