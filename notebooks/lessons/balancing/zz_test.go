package balancing
import ("testing";"kindred/notebooks/lessons/lessontest";"kindred/notebooks/lessons";"kindred/mtlkit";"kindred/mtlkit/balance";"fmt";"time";"kindred/plots";"context";"kindred/nn";"math")
func TestZZ(t *testing.T){
 s:=time.Now()
 say:=func(name string,f plots.Figure){ fmt.Printf("%-28s %5.1fs %s\n",name,time.Since(s).Seconds(),f.Alt()); lessontest.Save(t,"try-"+name,f); s=time.Now() }
 art:=func(e int) lessons.Configure { return func(seed uint64) mtlkit.Trainer{ x:=lessons.Article(seed); x.Epochs=e; return x} }
 for _,r:=range []float64{1,10}{ say(fmt.Sprint("times",r),Gains(r,manyMethods...)) }
 for _,e:=range []int{30,300}{ say(fmt.Sprint("tug",e),TugOfWar(art(e),nil,20,1,.1))
  say(fmt.Sprint("outcomes",e),Play(art(e),20,balance.Equal{},balance.Fixed{Weights: []float64{.1, 1}}, balance.RLW{},balance.NewUncertainty(), balance.NewGradNorm(), balance.MGDA{}, balance.UPGrad{}, balance.NewNashMTL(), balance.IMTLG{}).Figure())}
 for _,w:=range []float64{.03,.3}{ say(fmt.Sprint("tugw",w),TugOfWar(art(100),nil,20,1,w))
  say(fmt.Sprint("outw",w),Play(art(100),20,balance.Equal{},balance.Fixed{Weights: []float64{w, 1}}, balance.RLW{}).Figure())
  say(fmt.Sprint("patw",w),Patience(art(1000),nil,20,balance.Equal{},balance.Fixed{Weights: []float64{w, 1}},balance.MGDA{}))}
 for _,l:=range []int{200,2000}{ say(fmt.Sprint("long",l),Patience(art(l),nil,20,balance.Equal{},balance.Fixed{Weights: []float64{.1, 1}},balance.MGDA{}))}
 descent := func(sc float64) func(b balance.Balancer) balance.Descent { return func(b balance.Balancer) balance.Descent {
		return balance.Descent{Problem: balance.Toy2D{Scale: sc}, Balance: b, Rate: 0.001} } }
 for _,c:=range []struct{sc float64;n int;fa float64}{{1,50000,.025},{.1,20000,.025},{.1,100000,.025},{.1,50000,.1}}{
  if c.fa==.025 { say(fmt.Sprint("trails",c),Trails(descent(c.sc)(balance.Mean{}),c.n)) }
  say(fmt.Sprint("walks",c),Walk(descent(c.sc),c.n,append(manyMethods[:5:5],balance.FAMO{Rate: c.fa, Least: []float64{-21 * c.sc, -21}})...).Figure())}
 for _,b:=range []int{32,256}{ 
  st:=func(seed uint64) (mtlkit.Trainer, mtlkit.Data){ x,d:=student(seed,20); x.BatchSize=b; return x,d}
  say(fmt.Sprint("conflict",b),Conflicts(st,10))
  cup:=NewCup(10,2,func(seed uint64,k int)(mtlkit.Trainer,mtlkit.Data){ x,d:=st(seed); x.Optimizer = nn.NewAdam(0.003 * math.Pow(3, float64(k)/2)); return x,d},balance.RLW{},balance.MGDA{})
  for range cup.Learn(context.Background()){}; say(fmt.Sprint("cup",b),cup.Figure()) }
 cup:=NewCup(10,4,func(seed uint64,k int)(mtlkit.Trainer,mtlkit.Data){ x,d:=student(seed,20); x.Optimizer = nn.NewAdam(0.003 * math.Pow(3, float64(k)/4)); return x,d},balance.RLW{},balance.MGDA{})
 for range cup.Learn(context.Background()){}; say("trials4",cup.Figure())
}
