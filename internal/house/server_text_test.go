package house

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"
)

// What the repository says about serving notebooks, in programs and in prose, opens them to nobody else: a server listens
// on all addresses inside the container alone, always with a token, and what the container publishes is published on
// 127.0.0.1.
func TestServerTexts(t *testing.T) {
	published := 0
	for _, f := range tree(t) {
		if !f.isText() || strings.Contains(f.path, "testdata/") || strings.HasPrefix(f.path, "internal/house/server_") {
			continue
		}
		for _, p := range openings(f) {
			t.Errorf("%s: %s", f.path, p)
		}
		if f.path == "README.md" || f.path == "Dockerfile" {
			published += len(publish.FindAll(f.text, -1))
		}
	}
	if published < 2 {
		t.Errorf("README.md and Dockerfile publish the container %d times, want each to say how", published)
	}
}

var (
	everywhere = regexp.MustCompile(`\bip\s*=\s*['"]?(0\.0\.0\.0|::|\*)`)
	noToken    = regexp.MustCompile(`(?i)(\.|JUPYTER_)(token|password)\s*=\s*(''|""|"?\s*(,|\]|--|$))`)
	publish    = regexp.MustCompile(`docker run .*?(?:-p|--publish)[ =](\S+)`)
	anyPort    = regexp.MustCompile(`docker run .*(-P|--publish-all|--net(work)?[ =]host)\b`)
	command    = regexp.MustCompile(`^(CMD|ENTRYPOINT) `)
	user       = regexp.MustCompile(`^USER (\S+)`)
)

// openings returns the lines of a file by which others could reach the server.
func openings(f file) (all []string) {
	say := func(n int, format string, args ...any) {
		all = append(all, fmt.Sprintf("line %d: ", n)+fmt.Sprintf(format, args...))
	}
	container := path.Base(f.path) == "Dockerfile"
	last := "" // user
	for i, line := range strings.Split(string(f.text), "\n") {
		if everywhere.MatchString(line) && !(container && command.MatchString(line)) {
			say(i+1, "a server on all addresses; only the container's CMD may listen there, a server beside it on 127.0.0.1")
		}
		if noToken.MatchString(line) {
			say(i+1, "an empty token or password: whoever reaches the server runs programs on this machine")
		}
		for _, p := range publish.FindAllStringSubmatch(line, -1) {
			if !strings.HasPrefix(p[1], "127.0.0.1:") {
				say(i+1, "publishes %s on all addresses of the machine; say 127.0.0.1:%s", p[1], p[1])
			}
		}
		if anyPort.MatchString(line) {
			say(i+1, "publishes the container on all addresses of the machine; say -p 127.0.0.1:8888:8888")
		}
		if u := user.FindStringSubmatch(line); u != nil {
			last = u[1]
		}
		if container && command.MatchString(line) && (last == "" || last == "root" || strings.HasPrefix(last, "0")) {
			say(i+1, "the server runs as root; the last USER is %q", last)
		}
	}
	return all
}

func TestServerTextsRefuse(t *testing.T) {
	const image = "FROM a\nUSER jovyan\nCMD [\"jupyter\", \"lab\", \"--ip=0.0.0.0\"]\n"
	for _, c := range []struct{ path, text, says string }{
		{"Dockerfile", image, ""},
		{"Dockerfile", strings.Replace(image, "jovyan", "${NB_USER}", 1), ""},
		{"Dockerfile", strings.Replace(image, "USER jovyan\n", "", 1), "as root"},
		{"Dockerfile", strings.Replace(image, "CMD", "USER root\nCMD", 1), "as root"},
		{"Dockerfile", strings.Replace(image, "CMD", "USER 0:0\nCMD", 1), "as root"},
		{"Dockerfile", strings.Replace(image, "0.0.0.0\"", `0.0.0.0", "--IdentityProvider.token="`, 1), "empty token"},
		{"Dockerfile", "# docker run --rm -p 8888:8888 kindred", "say 127.0.0.1:8888:8888"},
		{"Dockerfile", "# docker run --rm -p 127.0.0.1:8888:8888 kindred", ""},
		{"README.md", "    docker run -it --publish=0.0.0.0:80:8888 kindred", "on all addresses"},
		{"README.md", "    docker run --network host kindred", "on all addresses"},
		{"README.md", "    docker run -P kindred", "on all addresses"},
		{"Makefile", "\tjupyter lab --ip=0.0.0.0", "a server on all addresses"},
		{"Makefile", "\tjupyter lab --ServerApp.ip='*'", "a server on all addresses"},
		{"Makefile", "\tjupyter lab --ServerApp.ip=127.0.0.1", ""},
		{"scripts/config.py", "c.ServerApp.ip = \"0.0.0.0\"", "a server on all addresses"},
		{"scripts/config.py", "c.IdentityProvider.token = ''", "empty token"},
		{"Makefile", "\tjupyter lab --IdentityProvider.token= --no-browser", "empty token"},
		{"Makefile", "\tJUPYTER_TOKEN=\"\" jupyter lab", "empty token"},
		{"README.md", "    jupyter lab --IdentityProvider.token=''", "empty token"},
		{"README.md", "    jupyter lab --IdentityProvider.token=reader", ""},
	} {
		got := strings.Join(openings(file{c.path, []byte(c.text)}), "; ")
		if c.says == "" && got != "" || !strings.Contains(got, c.says) {
			t.Errorf("%s %q: got %q, want %q", c.path, c.text, got, c.says)
		}
	}
}
