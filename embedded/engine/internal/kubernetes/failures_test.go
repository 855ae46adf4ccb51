package kubernetes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// wrong gives a provider for an API server that answers as a test says; discovery lists the core group only.
func faulty(t *testing.T, answers map[string]http.HandlerFunc) *Provider {
	t.Helper()
	says := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, body)
		}
	}
	mux := http.NewServeMux()
	for path, body := range map[string]string{
		"/version": "{}",
		"/api":     `{"kind": "APIVersions", "versions": ["v1"]}`,
		"/apis":    `{"kind": "APIGroupList", "groups": []}`,
		"/api/v1": `{"kind": "APIResourceList", "groupVersion": "v1", "resources": [
			{"name": "configmaps", "kind": "ConfigMap", "namespaced": true, "verbs": ["create"]}]}`,
	} {
		mux.HandleFunc(path, says(body))
	}
	for path, answer := range answers {
		mux.HandleFunc(path, answer)
	}
	fake := httptest.NewServer(mux)
	t.Cleanup(fake.Close)
	p := New(&quiet{})
	_, err := p.Configure(context.Background(), &pulumirpc.ConfigureRequest{Variables: map[string]string{
		"kubernetes:config:kubeconfig": `{apiVersion: v1, kind: Config, current-context: t, contexts: [{name: t, context: {cluster: t}}],
clusters: [{name: t, cluster: {server: "` + fake.URL + `"}}]}`,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestAKindThatIsNotListed holds that an object is gone with its kind only where the API server says so of that kind.
func TestAKindThatIsNotListed(t *testing.T) {
	const token = "kubernetes:example.com/v1:Room"
	state := wire(t, object(t, "{apiVersion: example.com/v1, kind: Room, metadata: {name: r}}"))
	for name, c := range map[string]struct {
		status int
		body   string
		fault  string
	}{
		"no such group":     {http.StatusNotFound, `{"kind": "Status", "reason": "NotFound", "code": 404}`, ""},
		"no such kind":      {http.StatusOK, `{"kind": "APIResourceList", "resources": [{"name": "halls", "kind": "Hall"}]}`, ""},
		"its server is off": {http.StatusServiceUnavailable, `{"kind": "Status", "reason": "ServiceUnavailable", "code": 503}`, "cannot see whether Room r is still there"},
		"listed too late":   {http.StatusOK, `{"kind": "APIResourceList", "resources": [{"name": "rooms", "kind": "Room"}]}`, "try again"},
	} {
		t.Run(name, func(t *testing.T) {
			p := faulty(t, map[string]http.HandlerFunc{"/apis/example.com/v1": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}})
			ctx := context.Background()
			read, readErr := p.Read(ctx, &pulumirpc.ReadRequest{Urn: urnOf(token), Id: "r", Properties: state, Inputs: state})
			_, deleteErr := p.Delete(ctx, &pulumirpc.DeleteRequest{Urn: urnOf(token), Id: "r", Properties: state})
			for _, err := range []error{readErr, deleteErr} {
				if c.fault == "" && err != nil || c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
					t.Errorf("%v", err)
				}
			}
			if read.GetId() != "" {
				t.Errorf("read %s", read.GetId())
			}
		})
	}
}

// TestACancelledCreateIsInTheState holds that what was being made when the engine cancelled is known afterwards.
func TestACancelledCreateIsInTheState(t *testing.T) {
	var p *Provider
	p = faulty(t, map[string]http.HandlerFunc{
		"POST /api/v1/namespaces/default/configmaps": func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			_, _ = p.Cancel(context.Background(), nil)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(bytes.Replace(body, []byte(`"metadata":{`), []byte(`"metadata":{"uid":"u",`), 1))
		},
	})
	inputs := wire(t, object(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: default}}"))
	made, err := p.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urnOf("kubernetes:core/v1:ConfigMap"), Properties: inputs})
	if err != nil || made.GetId() != "default/c" {
		t.Errorf("%v %v", made, err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestARefusedConnectionIsTriedAgain(t *testing.T) {
	other := errors.New("broken off")
	for _, c := range []struct {
		refusals int
		then     error
	}{{0, nil}, {2, nil}, {1, other}} {
		tries := 0
		transport := patientTransport{roundTripper(func(r *http.Request) (*http.Response, error) {
			if body, _ := io.ReadAll(r.Body); string(body) != "whole" {
				t.Errorf("attempt %d sent %q", tries, body)
			}
			if tries++; tries <= c.refusals {
				return nil, fmt.Errorf("dial: %w", syscall.ECONNREFUSED)
			}
			return &http.Response{}, c.then
		})}
		request, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:1", strings.NewReader("whole"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := transport.RoundTrip(request); !errors.Is(err, c.then) || tries != c.refusals+1 {
			t.Errorf("%d refusals: %d tries, %v", c.refusals, tries, err)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	request, _ := http.NewRequestWithContext(cancelled, http.MethodGet, "http://127.0.0.1:1", nil)
	if response, err := (patientTransport{http.DefaultTransport}).RoundTrip(request); response != nil || err == nil {
		t.Errorf("cancelled: %v %v", response, err)
	}
}
