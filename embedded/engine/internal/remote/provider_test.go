package remote

import (
	"encoding/json"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
)

func newServer(t *testing.T) pulumirpc.ResourceProviderServer {
	t.Helper()
	server, err := p.RawServer("command", "1.2.1", NewProvider())(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Configure(t.Context(), &pulumirpc.ConfigureRequest{AcceptSecrets: true}); err != nil {
		t.Fatal(err)
	}
	return server
}

func urn(kind string) string { return "urn:pulumi:dev::lab::" + kind + "::one" }

func wire(t *testing.T, properties map[string]any) *structpb.Struct {
	t.Helper()
	wired, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(properties),
		plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true})
	if err != nil {
		t.Fatal(err)
	}
	return wired
}

func TestCheckAddsDefaultsAndHidesTheConnection(t *testing.T) {
	response, err := newServer(t).Check(t.Context(), &pulumirpc.CheckRequest{
		Urn:  urn("command:remote:Command"),
		News: wire(t, map[string]any{"create": "make", "connection": map[string]any{"host": "nas"}}),
	})
	if err != nil {
		t.Fatal(err)
	}
	inputs, err := plugin.UnmarshalProperties(response.GetInputs(), plugin.MarshalOptions{KeepSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	if !inputs["connection"].IsSecret() {
		t.Error("connection is not secret")
	}
	text, err := json.Marshal(inputs["connection"].SecretValue().Element.Mappable())
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"dialErrorLimit":10,"host":"nas","perDialTimeout":15,"port":22,"user":"root"}`; string(text) != want {
		t.Errorf("connection is %s, not %s", text, want)
	}
}

func TestCheckWantsAHost(t *testing.T) {
	response, err := newServer(t).Check(t.Context(), &pulumirpc.CheckRequest{
		Urn:  urn("command:remote:Command"),
		News: wire(t, map[string]any{"create": "make", "connection": map[string]any{"port": 22}}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(response.GetFailures()) == 0 || !strings.Contains(response.GetFailures()[0].String(), "host") {
		t.Errorf("the missing host is not named: %v", response.GetFailures())
	}
}

func TestDiff(t *testing.T) {
	old := map[string]any{"create": "make", "connection": map[string]any{"host": "nas"}}
	changed := map[string]any{"create": "make again", "connection": map[string]any{"host": "nas"}}
	for _, c := range []struct {
		news map[string]any
		want pulumirpc.DiffResponse_DiffChanges
	}{
		{old, pulumirpc.DiffResponse_DIFF_NONE},
		{changed, pulumirpc.DiffResponse_DIFF_SOME},
	} {
		response, err := newServer(t).Diff(t.Context(), &pulumirpc.DiffRequest{
			Id: "one01234567", Urn: urn("command:remote:Command"), Olds: wire(t, old), OldInputs: wire(t, old), News: wire(t, c.news),
		})
		if err != nil {
			t.Fatal(err)
		}
		if response.GetChanges() != c.want || len(response.GetReplaces()) > 0 {
			t.Errorf("the difference of %v is %v", c.news, response)
		}
	}
}

func TestReadKeepsTheOutput(t *testing.T) {
	inputs := map[string]any{"create": "make", "connection": map[string]any{"host": "nas"}}
	state := map[string]any{"create": "make", "connection": inputs["connection"], "stdout": "made", "stderr": ""}
	response, err := newServer(t).Read(t.Context(), &pulumirpc.ReadRequest{
		Id: "one01234567", Urn: urn("command:remote:Command"), Properties: wire(t, state), Inputs: wire(t, inputs),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := response.GetProperties().GetFields()["stdout"].GetStringValue(); got != "made" {
		t.Errorf("after a refresh stdout is %q", got)
	}
}

func TestTheRestIsRefusedByName(t *testing.T) {
	server := newServer(t)
	for _, kind := range []string{"command:local:Command", "command:remote:CopyFile", "command:remote:CopyToRemote"} {
		_, err := server.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn(kind), News: wire(t, nil)})
		says(t, err, kind, "pulumi-resource-command on PATH")
		if status.Code(err) != codes.Unimplemented {
			t.Errorf("%s: the code is %v", kind, status.Code(err))
		}
	}
	_, err := server.Invoke(t.Context(), &pulumirpc.InvokeRequest{Tok: "command:local:run"})
	says(t, err, "command:local:run", "pulumi-resource-command on PATH")
}
