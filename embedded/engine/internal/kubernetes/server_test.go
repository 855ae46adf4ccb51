package kubernetes

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/tools/clientcmd"
)

// serverVariable names the executable that has etcd, kube-apiserver and kube-controller-manager in it. The tests
// against a real API server need it, and root for a network namespace of their own.
const serverVariable = "STORAGE_LAB_KUBELITE"

// insideVariable marks the test process that runs in its own network namespace.
const insideVariable = "STORAGE_LAB_TEST_INSIDE"

// server is the kubeconfig of the test's API server, "" if there is none.
var server string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	kubelite := os.Getenv(serverVariable)
	switch {
	case kubelite == "":
		return m.Run()
	case os.Getenv(insideVariable) == "":
		return againInside()
	}
	folder, err := os.MkdirTemp("", "storage-lab-server-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	stop, err := startServer(kubelite, folder)
	defer stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "the API server for the tests did not start: %v\n%s\n", err, lastWords(folder, "kube-apiserver"))
		return 1
	}
	code := m.Run()
	if code != 0 {
		fmt.Fprintln(os.Stderr, lastWords(folder, "kube-controller-manager"))
	}
	return code
}

// lastWords is the end of a server's log.
func lastWords(folder, name string) string {
	log, _ := os.ReadFile(filepath.Join(folder, name+".log"))
	return fmt.Sprintf("the last words of %s:\n%s", name, log[max(0, len(log)-2000):])
}

// againInside runs the same tests in a network namespace that only they are in, and that ends with them.
func againInside() int {
	test := exec.Command("sh", "-c", `ip link set lo up && exec "$0" "$@"`)
	test.Args = append(test.Args, os.Args...)
	test.Env = append(os.Environ(), insideVariable+"=1")
	test.Stdout, test.Stderr = os.Stdout, os.Stderr
	test.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if err := test.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// startServer starts etcd, API server and controllers on the loopback address and waits until they answer.
func startServer(kubelite, folder string) (stop func(), err error) {
	var started []*exec.Cmd
	stop = func() {
		for _, process := range started {
			_ = process.Process.Kill()
			_ = process.Wait()
		}
	}
	path := func(name string) string { return filepath.Join(folder, name) }
	start := func(args ...string) error {
		log, err := os.Create(path(args[0] + ".log"))
		if err != nil {
			return err
		}
		process := exec.Command(kubelite, args...)
		process.Stdout, process.Stderr = log, log
		process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := process.Start(); err != nil {
			return err
		}
		started = append(started, process)
		return nil
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return stop, err
	}
	pemKey := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	kubeconfig := `{apiVersion: v1, kind: Config, current-context: t, contexts: [{name: t, context: {cluster: t, user: t}}],
clusters: [{name: t, cluster: {server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true}}], users: [{name: t, user: {token: test}}]}`
	for name, content := range map[string][]byte{
		"sa.key": pemKey, "tokens.csv": []byte("test,admin,admin,system:masters\n"), "kubeconfig": []byte(kubeconfig),
	} {
		if err := os.WriteFile(path(name), content, 0o600); err != nil {
			return stop, err
		}
	}
	for _, args := range [][]string{
		{"etcd", "--data-dir=" + path("etcd"), "--unsafe-no-fsync", "--listen-client-urls=http://127.0.0.1:2379",
			"--advertise-client-urls=http://127.0.0.1:2379", "--listen-peer-urls=http://127.0.0.1:2380"},
		{"kube-apiserver", "--etcd-servers=http://127.0.0.1:2379", "--cert-dir=" + path("certs"), "--bind-address=127.0.0.1",
			"--advertise-address=10.0.0.1", "--service-cluster-ip-range=10.96.0.0/16", "--service-account-issuer=https://test",
			"--service-account-key-file=" + path("sa.key"), "--service-account-signing-key-file=" + path("sa.key"),
			"--token-auth-file=" + path("tokens.csv"), "--authorization-mode=RBAC"},
	} {
		if err := start(args...); err != nil {
			return stop, err
		}
	}
	if err := waitForServer(path("kubeconfig")); err != nil {
		return stop, err
	}
	server = path("kubeconfig")
	return stop, start("kube-controller-manager", "--kubeconfig="+server, "--bind-address=127.0.0.1",
		"--leader-elect=false", "--service-account-private-key-file="+path("sa.key"))
}

// waitForServer waits until the API server is ready, its own first objects included: a controller manager that meets one
// which only answers gives it ten seconds, and ends.
func waitForServer(kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	last := errors.New("it was not asked")
	err = wait.PollUntilContextTimeout(context.Background(), 500*time.Millisecond, 2*time.Minute, true,
		func(ctx context.Context) (bool, error) {
			last = client.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
			return last == nil, nil
		})
	if err != nil {
		return fmt.Errorf("%w: %w", err, last)
	}
	return nil
}
