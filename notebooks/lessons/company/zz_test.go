package company
import ("testing";"kindred/notebooks/lessons/lessontest";"kindred/mtlkit";"kindred/mtlkit/relate";"kindred/mtlkit/sharing";"kindred/nn";"fmt";"time";"kindred/plots";"context")
func TestZZ(t *testing.T){
 s0:=time.Now()
 say:=func(name string,f plots.Figure){ fmt.Printf("%-28s %5.1fs %s\n",name,time.Since(s0).Seconds(),f.Alt()); lessontest.Save(t,"try-"+name,f); s0=time.Now() }
 type K struct{seeds,units,rows int; middle,rho,kin float64; widest int; step float64; early,budget int}
 one:=func(k K,what string,tag string){
  st:=func(source Source, units int) relate.Study {
	s := relate.Study{Seeds: k.seeds, Tasks: Names(source)}
	s.Configure = func(seed uint64, some []int) (mtlkit.Trainer, mtlkit.Data) {
		train, rest := source.Draw(seed)
		valid, test := rest.Split(0.5, seed)
		t := relate.Some(mtlkit.Trainer{Tasks: source.Tasks(), Data: train, Validation: valid, Seed: seed,
			Optimizer: nn.NewAdam(0.03), Epochs: 100, BatchSize: 64, Patience: 15, Watch: mtlkit.SumOfLogs}, some)
		t.Model = sharing.HardSharing{Trunk: []int{8, units}, Activation: nn.Tanh, Heads: Heads(some)}
		return t, relate.SomeData(test, some)
	}
	return s }
  rel:=func(rho float64) mtlkit.RelatedTasks { return mtlkit.RelatedTasks{Inputs: 8, Features: 3, Relatedness: rho, Noise: 0.1, Rows: []int{k.rows, k.rows, k.rows}, HeldOut: 400} }
  of:=func(rho float64) Case { return Case{Name: fmt.Sprint("relatedness ", rho), Study: st(rel(rho), k.units)} }
  for _,w:=range what { switch w {
   case 'v': f,_,_:=Verdicts(of(1),of(k.middle),of(0)); say(tag+"verdict",f)
   case 's': say(tag+"shuffle",Shuffled(st(rel(k.rho),k.units)))
   case 'c': a,b:=Capacity(rel(k.rho),st,nil,5,10,20,k.widest); say(tag+"loss",a); say(tag+"gain",b)
   case 'p','g','G':
    mixed:=Mixed{Families:2,Family:rel(k.kin)}
    p,err:=st(mixed,k.units).Pairs(context.Background()); if err!=nil {t.Fatal(err)}
    if w=='p' { say(tag+"pairs",Influence(p.Influence,"two by two, against alone",mixed.Kin)); continue }
    g,err:=Shorter(st(mixed,k.units),k.early).Affinities(context.Background(),k.step,1); if err!=nil {t.Fatal(err)}
    if w=='g' { say(tag+"guess",Hunches(p.Influence,mixed.Kin,Hunch{"early",g})); continue }
    later:=mixed; later.From=uint64(k.seeds)
    truth,cheap:=p.Mean(),g.Mean()
    say(tag+"groups",Groupings(st(later,k.units),Choose("one", truth, 1),Choose("by the pairs", truth, k.budget), Choose("by the guess", cheap, k.budget),Choose("one more, by the pairs", truth, k.budget+1), Unlike("against the pairs", truth, k.budget)))
  }}
 }
 d:=K{10,12,240,.9,1,1,40,.1,20,2}
 k:=d; k.budget=3; one(k,"G","budget3-"); k.budget=4; one(k,"G","budget4-")
 k=d; k.step=.01; one(k,"gG","step-"); k=d; k.early=5; one(k,"gG","early5-"); k.early=60; one(k,"g","early60-")
 k=d; k.kin=.9; one(k,"pgG","kin-")
 k=d; k.rho=.9; one(k,"sc","rho.9-"); k.rho=0; one(k,"sc","rho0-")
 k=d; k.widest=80; one(k,"c","widest-")
 k=d; k.middle=.95; one(k,"v","m95-"); k.middle=.5; one(k,"v","m5-")
 k=d; k.rows=60; one(k,"vscpgG","rows60-")
 k=d; k.units=6; one(k,"vspgG","units6-"); k.units=30; one(k,"vspgG","units30-")
 k=d; k.seeds=20; one(k,"vscpgG","seeds20-")
}
