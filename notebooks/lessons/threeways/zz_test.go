package threeways
import ("testing";"fmt";"time";"kindred/mtlkit/sharing";"kindred/nn";"kindred/notebooks/lessons/lessontest";"kindred/notebooks/lessons";"kindred/mtlkit";"kindred/plots")
func TestZZ(t *testing.T){
 s:=time.Now()
 say:=func(name string,f plots.Figure){ fmt.Printf("%-28s %5.1fs %s\n",name,time.Since(s).Seconds(),f.Alt()); lessontest.Save(t,"try-"+name,f); s=time.Now() }
 lr:=func(m mtlkit.Model, rho float64) lessons.Configure { return func(seed uint64) mtlkit.Trainer {
		family := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Relatedness: rho, Noise: 0.1, Rows: []int{200, 40}, HeldOut: 200}
		train, heldOut := family.Draw(seed)
		return mtlkit.Trainer{Model: m, Tasks: family.Tasks(), Data: train, HeldOut: heldOut,
			Optimizer: nn.NewAdam(0.03), Epochs: 150, Seed: seed}
	}}
 one:=func(tag string, units int, tie, near float64, second, experts, width, fam int, what string){
 hd := sharing.HardSharing{Trunk: []int{8, units}, Heads: heads, Activation: nn.Tanh}
 for _,w:=range what { switch w {
 case 'd': say(tag+"hard",Draw(Way{"hard sharing",hd},Way{"its twins",mtlkit.Independent{Of:hd}}))
 case 't': x:=&Ties{Ties:[]float64{0,.001,tie},Model:func(tie float64) mtlkit.Model{ return sharing.SoftSharing{Trunk: []int{8, units}, Heads: heads, Activation: nn.Tanh, Tie: tie}},Train:lr,Relatedness:1,Seeds:10}; drain(x.Learn(t.Context())); say(tag+"ties",x.Figure())
 case 's': x:=&Stitches{Model:sharing.CrossStitch{Inputs: 8, Levels: [][]int{{units}}, Heads: heads, Activation: nn.Tanh},Train:lr,Near:near,Seeds:10}; drain(x.Learn(t.Context())); say(tag+"stitch",x.Figure())
 case 'e': lv:=func(depths ...int) mtlkit.Model { return sharing.Hierarchical{Trunk: []int{8, units, second}, Depths: depths, Heads: heads, Activation: nn.Tanh} }
  x:=&Gains{Train: lr, Relatedness: 1, Seeds: 10, Ways: []Way{ {"task 1 leaves first", lv(1, 2)}, {"task 2 leaves first", lv(2, 1)}, {"both at the end", lv(2, 2)}}}; drain(x.Learn(t.Context())); say(tag+"depth",x.Figure())
 case 'g': x:=&Gates{Model:sharing.MMoE{Inputs: 8, Levels: [][]int{{8}}, Experts: experts, Heads: heads, Activation: nn.Tanh},Train:lr,Near:near,Seeds:10}; drain(x.Learn(t.Context())); say(tag+"gates",x.Figure())
 case 'h': a,b:=Shares(sharing.CGC{Inputs: 8, Expert: []int{width}, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh},lr,10,near,0); say(tag+"net",a); say(tag+"shares",b)
 case 'f': x:=&Gains{Train: lr, Relatedness: 1, Seeds: fam, Ways: []Way{{"as meant",hd},{"as printed",sharing.OwnFirst{Trunks: [][]int{{8, units}, {8, units}}, Head: []int{1}, Activation: nn.Tanh}}}}; drain(x.Learn(t.Context())); say(tag+"formula",x.Figure())
 }}}
 one("tie.1-",24,.1,1,24,3,8,10,"t"); one("tie1-",24,1,1,24,3,8,10,"t")
 one("near-",24,.01,.8,24,3,8,10,"sgh"); one("second6-",24,.01,1,6,3,8,10,"e"); one("second48-",24,.01,1,48,3,8,10,"e")
 one("experts2-",24,.01,1,24,2,8,10,"g"); one("experts4-",24,.01,1,24,4,8,10,"g")
 one("width4-",24,.01,1,24,3,4,10,"h"); one("width16-",24,.01,1,24,3,16,10,"h"); one("fam20-",24,.01,1,24,3,8,20,"f")
 one("units6-",6,.01,1,24,3,8,10,"dtsef"); one("units96-",96,.01,1,24,3,8,10,"dtsef")
 c:=ReadComparison("../../results/sharing.json"); say("all0",c.Figure(0))
}
