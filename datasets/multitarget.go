package datasets

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// mulan is where the sets of [MultiTarget] were published.
const mulan = "https://github.com/tsoumakas/mulan/raw/43f6389/data/multi-target/"

type multiTarget struct {
	targets  int
	size     int64
	checksum string
}

var multiTargets = map[string]multiTarget{
	"andro": {6, 10346, "08f0e2757b2a7635136ac58ea76c4e801ffeb0a81116b29e6ac169228c8aa132"},
	"atp1d": {6, 1103985, "ed935ba476c4994ba40d6712d590fb389709cceba7cf7dbbb33ef28c84762bb9"},
	"atp7d": {6, 997584, "77d59efdf4a6329c71c854684de7409d0d61d3bebccd6821ae268c1620c95b2d"},
	"edm":   {2, 13939, "37777374030f592a53cbcf597ae0aa6105238a1c696dd04ccb229be982f6bc5b"},
	"enb":   {2, 40203, "8277d9094ccda6da2cd1c2b79c90ca201fa3695e75aca173ffc43138dcab0071"},
	"jura":  {3, 24681, "78ce7655f49073e3622ef7ba25657b3900a2b279ba3d48cb82e353e56bac3d2a"},
	"oes10": {16, 726680, "37f9fa429f6f2ece2cdfd08e84649971e61ee0b4e75d66166c082bacf3d36251"},
	"oes97": {16, 559271, "aee74aa656c709f797f45d817c41996be94c2e924c0f1e7ad315fb7e2f1a9498"},
	"sf1":   {3, 12732, "8f78e64aca64f7c0c7ba4d9b2f114feb2a6f72e6116e87d7dab94e7cab426d93"},
	"sf2":   {3, 40966, "2c1ac60f3e612b0e0bc9884ffe98a205ce07ca83f3f89c019220fde350396795"},
	"slump": {3, 4608, "3a9a9eba416b06c7668153b44073a0e165afbfc9e526d53b174e5f97a707ca6c"},
	"wq":    {14, 316219, "4a0906b4a51bf52c986790ddaf261ba51faa3da9cffe823badabd88d38d252fe"},
}

// MultiTargetNames returns the names of the sets of [MultiTarget], sorted.
func MultiTargetNames() []string { return slices.Sorted(maps.Keys(multiTargets)) }

// MultiTarget returns one of the multi-target regression sets that come with Mulan, by its name there: andro, atp1d,
// atp7d, edm, enb, jura, oes10, oes97, sf1, sf2, slump or wq; 49 to 1,137 examples, 2 to 16 targets.
// It panics at another name.
//
// Reference: Spyromitros-Xioufis, Tsoumakas, Groves, Vlahavas. Multi-target regression via input space expansion:
// treating targets as inputs. Machine Learning 104, 2016, arXiv:1211.6581.
func MultiTarget(ctx context.Context, name string) (*Table, error) {
	set, ok := multiTargets[name]
	if !ok {
		panic(fmt.Sprintf("datasets: MultiTarget: no set %q among %q", name, MultiTargetNames()))
	}
	s := source{"mtr/" + name + ".arff", mulan + name + ".arff", set.size, set.checksum}
	data, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	return readARFF(s.path, data, set.targets)
}

// Energy returns 768 simulated buildings, eight measures of their shape, and two targets, the heating load Y1 and the
// cooling load Y2 in kWh/m². It is [MultiTarget] enb, and part of the package (UCI data set 242, CC BY 4.0).
//
// Reference: Tsanas, Xifara. Accurate quantitative estimation of energy performance of residential buildings using
// statistical machine learning tools. Energy and Buildings 49, 2012.
func Energy() *Table {
	table, err := readARFF("enb.arff", shipped("enb.arff"), multiTargets["enb"].targets)
	if err != nil {
		panic(err) // the bytes are part of the program
	}
	return table
}
