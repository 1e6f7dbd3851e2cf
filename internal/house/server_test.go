package house

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The servers that `make lab` and the container start, each by its own command line, refuse who has no token. That of
// `make lab` listens on this machine's loopback alone, even where the reader's configuration of Jupyter opens it.
func TestServers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers")
	}
	python := os.Getenv("KINDRED_PYTHON")
	if python == "" {
		t.Skip("KINDRED_PYTHON names no Python with JupyterLab; make test sets it")
	}
	if runtime.GOOS != "linux" {
		t.Skip("the listening sockets are read from /proc")
	}
	bin := filepath.Dir(python)

	t.Run("make lab", func(t *testing.T) {
		serve(t, strings.ReplaceAll(makeLab(t), ".venv/bin", bin))
	})
	// What the container runs, but on loopback; that it runs as a user without root is held by TestServerTexts.
	t.Run("container", func(t *testing.T) {
		words := slices.DeleteFunc(containerCommand(t), func(w string) bool {
			return w == "--ip=0.0.0.0" || strings.HasPrefix(w, "--port=")
		})
		words = append(words, "--ip=127.0.0.1")
		if os.Geteuid() == 0 {
			words = append(words, "--allow-root")
		}
		serve(t, filepath.Join(bin, strings.Join(words, " ")))
	})
}

// makeLab returns the command with which the target lab starts the server.
func makeLab(t *testing.T) string {
	out := strings.ReplaceAll(run(t, root, "make", "-n", "lab", "LAB=--no-browser"), "\\\n", "")
	for line := range strings.Lines(out) {
		if strings.Contains(line, "jupyter lab ") {
			return strings.TrimSpace(line)
		}
	}
	t.Fatalf("make lab starts no server: %s", out)
	return ""
}

// containerCommand returns the words of the last CMD of the Dockerfile.
func containerCommand(t *testing.T) (words []string) {
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^CMD (.*)$`).FindAllSubmatch(text, -1)
	if len(lines) == 0 {
		t.Fatal("the Dockerfile has no CMD")
	}
	if err := json.Unmarshal(lines[len(lines)-1][1], &words); err != nil {
		t.Fatal(err)
	}
	return words
}

// serve starts a server by a command of the shell, in the folder of the clone, and looks at it. Beside it stands a
// configuration of a reader who opened Jupyter to everybody.
func serve(t *testing.T, command string) {
	home, port := t.TempDir(), freePort(t)
	if err := os.WriteFile(filepath.Join(home, "jupyter_server_config.py"),
		[]byte("c.ServerApp.ip, c.ServerApp.allow_remote_access = '0.0.0.0', True\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	server := exec.CommandContext(ctx, "sh", "-c", "exec "+command+" --port="+strconv.Itoa(port))
	server.Dir = root
	server.Env = append(os.Environ(), "HOME="+home, "JUPYTER_CONFIG_DIR="+home, "JUPYTER_DATA_DIR="+home, "JUPYTER_RUNTIME_DIR="+home,
		"JUPYTER_TOKEN=", "JUPYTER_PREFER_ENV_PATH=0")
	server.Cancel = func() error { return server.Process.Signal(syscall.SIGTERM) }
	said, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cancel(); _ = server.Wait() }()
	token := tokenOf(t, said, port)
	address := fmt.Sprintf("http://127.0.0.1:%d/api/contents", port)
	if status := ask(ctx, t, address, ""); status != http.StatusForbidden {
		t.Errorf("without a token the server answers %d, want %d", status, http.StatusForbidden)
	}
	if status := ask(ctx, t, address, "x"+token[1:]); status != http.StatusForbidden {
		t.Errorf("with a wrong token the server answers %d, want %d", status, http.StatusForbidden)
	}
	if status := ask(ctx, t, address, token); status != http.StatusOK {
		t.Errorf("with its token the server answers %d, want %d", status, http.StatusOK)
	}
	sockets := listening(t, server.Process.Pid)
	if len(sockets) == 0 {
		t.Error("the server listens nowhere")
	}
	for _, s := range sockets {
		if !strings.HasPrefix(s, "0100007F:") {
			t.Errorf("the server listens on %s of /proc/net, want 0100007F, which is 127.0.0.1, alone", s)
		}
	}
	unreachable(t, port)
}

// tokenOf waits for the address that the server prints and returns its token.
func tokenOf(t *testing.T, said io.Reader, port int) string {
	address := regexp.MustCompile(fmt.Sprintf(`http://127\.0\.0\.1:%d/lab\S*\?token=(\w+)`, port))
	lines := bufio.NewScanner(said)
	var all strings.Builder
	for lines.Scan() {
		fmt.Fprintln(&all, lines.Text())
		if found := address.FindStringSubmatch(lines.Text()); found != nil {
			go io.Copy(io.Discard, said)
			if len(found[1]) < 32 {
				t.Errorf("the token %s has %d characters, want at least 32", found[1], len(found[1]))
			}
			return found[1]
		}
	}
	t.Fatalf("the server printed no address with a token:\n%s", all.String())
	return ""
}

// ask returns the status of an answer.
func ask(ctx context.Context, t *testing.T, address, token string) int {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "token "+token)
	}
	for { // it prints its address before it listens
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
			return response.StatusCode
		}
		if ctx.Err() != nil || !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// listening returns the addresses that a process listens on, as /proc/net/tcp and tcp6 write them.
func listening(t *testing.T, pid int) (addresses []string) {
	sockets := map[string]bool{}
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		link, _ := os.Readlink(filepath.Join(folder, f.Name())) // one that was closed meanwhile is no socket
		if inode, ok := strings.CutPrefix(link, "socket:["); ok {
			sockets[strings.TrimSuffix(inode, "]")] = true
		}
	}
	const state, listens, local, inode = 3, "0A", 1, 9 // columns of proc_net_tcp(5)
	for _, name := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, name))
		if os.IsNotExist(err) {
			continue // no IPv6
		}
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if c := strings.Fields(line); len(c) > inode && c[state] == listens && sockets[c[inode]] {
				addresses = append(addresses, c[local])
			}
		}
	}
	return addresses
}

// unreachable fails the test if a port answers at an address of the machine that is not a loopback.
func unreachable(t *testing.T, port int) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		ip, ok := a.(*net.IPNet)
		if !ok || ip.IP.IsLoopback() || ip.IP.IsLinkLocalUnicast() {
			continue
		}
		if c, err := net.DialTimeout("tcp", net.JoinHostPort(ip.IP.String(), strconv.Itoa(port)), 2*time.Second); err == nil {
			c.Close()
			t.Errorf("the server answers at %s", ip.IP)
		}
	}
}

// freePort returns a port of the loopback that nobody listens on.
func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
