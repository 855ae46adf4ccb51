package kubernetes

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// offline is a provider whose kubeconfig names no cluster.
func offline(t *testing.T, config map[string]string) *Provider {
	t.Helper()
	p := New(nil)
	variables := map[string]string{"kubernetes:config:kubeconfig": "/nowhere/kubeconfig"}
	for key, value := range config {
		variables["kubernetes:config:"+key] = value
	}
	if _, err := p.Configure(context.Background(), &pulumirpc.ConfigureRequest{Variables: variables}); err != nil {
		t.Fatal(err)
	}
	return p
}

func urnOf(token string) string { return "urn:pulumi:s::p::" + token + "::res" }

func check(t *testing.T, p *Provider, token, news string, olds map[string]any) resource.PropertyMap {
	t.Helper()
	request := &pulumirpc.CheckRequest{Urn: urnOf(token), News: wire(t, object(t, news)), RandomSeed: []byte("seed")}
	if olds != nil {
		request.Olds = wire(t, olds)
	}
	answer, err := p.Check(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	for _, failure := range answer.GetFailures() {
		t.Errorf("%s: %s", failure.GetProperty(), failure.GetReason())
	}
	inputs, err := decode(answer.GetInputs())
	if err != nil {
		t.Fatal(err)
	}
	return inputs
}

func TestNamesAndNamespaces(t *testing.T) {
	p := offline(t, nil)
	made := toObject(check(t, p, "kubernetes:core/v1:ConfigMap", "{apiVersion: v1, kind: ConfigMap}", nil))
	if !regexp.MustCompile(`^res-[0-9a-f]{8}$`).MatchString(made.GetName()) {
		t.Errorf("made the name %q", made.GetName())
	}
	if annotation(made, annotationAutonamed) != "true" || made.GetNamespace() != "default" {
		t.Errorf("made %v", made.Object)
	}
	again := toObject(check(t, p, "kubernetes:core/v1:ConfigMap", "{apiVersion: v1, kind: ConfigMap}", made.Object))
	if again.GetName() != made.GetName() {
		t.Errorf("the name changed from %s to %s", made.GetName(), again.GetName())
	}
	const volume = "{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}}"
	if pv := toObject(check(t, p, "kubernetes:core/v1:PersistentVolume", volume, nil)); pv.GetNamespace() != "" {
		t.Errorf("a volume got the namespace %s", pv.GetNamespace())
	}
	unknownNamespace := "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: " + unknownMark + "}}"
	inputs := check(t, p, "kubernetes:core/v1:ConfigMap", unknownNamespace, nil)
	if !inputs["metadata"].ObjectValue()["namespace"].IsComputed() {
		t.Errorf("an unknown namespace became %v", inputs["metadata"])
	}
}

func TestProvidersNamespaceNeedsAKubeconfigThatCanBeRead(t *testing.T) {
	p := New(nil)
	const kubeconfig = `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, namespace: theirs}}],
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]}`
	configure := func(namespace string) string {
		_, err := p.Configure(context.Background(), &pulumirpc.ConfigureRequest{Variables: map[string]string{
			"kubernetes:config:kubeconfig": kubeconfig, "kubernetes:config:namespace": namespace,
		}})
		if err != nil {
			t.Fatal(err)
		}
		return p.cluster.namespace
	}
	if got := configure(""); got != "theirs" {
		t.Errorf("the context's namespace became %q", got)
	}
	if got := configure("ours"); got != "ours" {
		t.Errorf("the provider's namespace became %q", got)
	}
}

func TestRefusedByName(t *testing.T) {
	p := offline(t, nil)
	for token, want := range map[string]string{
		"kubernetes:helm.sh/v3:Release":       "kubernetes:helm.sh/v3:Release",
		"kubernetes:yaml/v2:ConfigFile":       "kubernetes:yaml/v2:ConfigFile",
		"kubernetes:kustomize/v2:Directory":   "kubernetes:kustomize/v2:Directory",
		"kubernetes:core/v1:NamespacePatch":   "Patch resource",
		"kubernetes:core/v1:PodList":          "its items",
		"kubernetes:apps/v1:DeploymentList":   "its items",
		"kubernetes:apps/v1:StatefulSetPatch": "Patch resource",
	} {
		_, err := p.Check(context.Background(), &pulumirpc.CheckRequest{Urn: urnOf(token)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", token, err)
		}
	}
	if _, err := p.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: "kubernetes:yaml:decode"}); status.Code(err) != codes.Unimplemented {
		t.Errorf("a function: %v", err)
	}
	for property, inputs := range map[string]string{
		"metadata.generateName":                             "{apiVersion: v1, kind: Pod, metadata: {generateName: x}}",
		`metadata.annotations["pulumi.com/waitFor"]`:        "{apiVersion: v1, kind: Pod, metadata: {annotations: {pulumi.com/waitFor: x}}}",
		`metadata.annotations["pulumi.com/replaceUnready"]`: "{apiVersion: v1, kind: Pod, metadata: {annotations: {pulumi.com/replaceUnready: 'true'}}}",
	} {
		answer, err := p.Check(context.Background(), &pulumirpc.CheckRequest{
			Urn: urnOf("kubernetes:core/v1:Pod"), News: wire(t, object(t, inputs)),
		})
		if err != nil || len(answer.GetFailures()) != 1 || answer.GetFailures()[0].GetProperty() != property {
			t.Errorf("%s: %v %v", property, answer.GetFailures(), err)
		}
	}
}

func TestCustomPatchAndListKindsAreNotRefused(t *testing.T) {
	for _, token := range []string{"kubernetes:example.com/v1:RoomList", "kubernetes:example.com/v1:EyePatch"} {
		if _, err := kindOfURN(resource.URN(urnOf(token))); err != nil {
			t.Errorf("%s: %v", token, err)
		}
	}
}

func TestRefusedSettings(t *testing.T) {
	answer, err := New(nil).CheckConfig(context.Background(), &pulumirpc.CheckRequest{News: wire(t, object(t,
		"{renderYamlToDirectory: out, helmReleaseSettings: {driver: x}, enableServerSideApply: false, upsertExistingObjects: 'true', strictMode: 'true', suppressDeprecationWarnings: true}"))})
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, failure := range answer.GetFailures() {
		named = append(named, failure.GetProperty())
	}
	if got := strings.Join(named, " "); got != "helmReleaseSettings renderYamlToDirectory strictMode enableServerSideApply" {
		t.Errorf("refused: %s", got)
	}
}

func TestClientLimits(t *testing.T) {
	limits := offline(t, nil).settings.client
	if *limits.QPS != 50 || *limits.Burst != 120 {
		t.Errorf("default %v/%v", *limits.QPS, *limits.Burst)
	}
	t.Setenv("PULUMI_K8S_CLIENT_QPS", "500")
	t.Setenv("PULUMI_K8S_CLIENT_BURST", "1000")
	limits = offline(t, map[string]string{"kubeClientSettings": `{"burst": 7}`}).settings.client
	if *limits.QPS != 500 || *limits.Burst != 7 {
		t.Errorf("set %v/%v", *limits.QPS, *limits.Burst)
	}
	t.Setenv("PULUMI_K8S_CLIENT_QPS", "many")
	if _, err := readSettings(nil); err == nil || !strings.Contains(err.Error(), "PULUMI_K8S_CLIENT_QPS") {
		t.Errorf("a bad limit: %v", err)
	}
}

func TestProviderIsReplacedForAnotherClusterOnly(t *testing.T) {
	kubeconfig := func(server, token string) string {
		return `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],
clusters: [{name: c, cluster: {server: "` + server + `"}}], users: [{name: u, user: {token: "` + token + `"}}]}`
	}
	cases := map[string]struct {
		old, wanted map[string]any
		replaces    string
	}{
		"new token":       {map[string]any{"kubeconfig": kubeconfig("https://a", "1")}, map[string]any{"kubeconfig": kubeconfig("https://a", "2")}, ""},
		"other server":    {map[string]any{"kubeconfig": kubeconfig("https://a", "1")}, map[string]any{"kubeconfig": kubeconfig("https://b", "1")}, "kubeconfig"},
		"not known yet":   {map[string]any{"kubeconfig": kubeconfig("https://a", "1")}, map[string]any{"kubeconfig": unknownMark}, "kubeconfig"},
		"other namespace": {map[string]any{"namespace": "a"}, map[string]any{"namespace": "b"}, ""},
		"same identifier": {map[string]any{"kubeconfig": kubeconfig("https://a", "1"), "clusterIdentifier": "x"},
			map[string]any{"kubeconfig": kubeconfig("https://b", "1"), "clusterIdentifier": "x"}, ""},
		"first identifier": {map[string]any{"kubeconfig": kubeconfig("https://a", "1")},
			map[string]any{"kubeconfig": kubeconfig("https://a", "1"), "clusterIdentifier": "x"}, ""},
		"first identifier, other server": {map[string]any{"kubeconfig": kubeconfig("https://a", "1")},
			map[string]any{"kubeconfig": kubeconfig("https://b", "1"), "clusterIdentifier": "x"}, "kubeconfig"},
		"no identifier any more": {map[string]any{"kubeconfig": kubeconfig("https://a", "1"), "clusterIdentifier": "x"},
			map[string]any{"kubeconfig": kubeconfig("https://a", "1")}, ""},
		"other identifier": {map[string]any{"kubeconfig": kubeconfig("https://a", "1"), "clusterIdentifier": "x"},
			map[string]any{"kubeconfig": kubeconfig("https://a", "1"), "clusterIdentifier": "y"}, "clusterIdentifier"},
		"file is gone": {map[string]any{"kubeconfig": "/nowhere"}, map[string]any{"kubeconfig": kubeconfig("https://a", "1")}, ""},
	}
	for name, c := range cases {
		answer, err := New(nil).DiffConfig(context.Background(), &pulumirpc.DiffRequest{Olds: wire(t, c.old), News: wire(t, c.wanted)})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(answer.GetReplaces(), " "); got != c.replaces {
			t.Errorf("%s: replaces %q, want %q", name, got, c.replaces)
		}
	}
}

func TestSecretsStaySecret(t *testing.T) {
	p := offline(t, nil)
	inputs := check(t, p, "kubernetes:core/v1:Secret", "{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {password: hunter2}}", nil)
	if !inputs["data"].IsSecret() || inputs.HasValue("stringData") {
		t.Errorf("a Secret's inputs: %v", inputs)
	}
	given := resource.PropertyMap{
		"apiVersion": resource.NewStringProperty("v1"), "kind": resource.NewStringProperty("ConfigMap"),
		"data": resource.NewObjectProperty(resource.PropertyMap{
			"hidden": resource.MakeSecret(resource.NewStringProperty("geheim")), "plain": resource.NewStringProperty("p"),
		}),
	}
	state, err := record{inputs: toObject(given), live: toObject(given)}.encode(given)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := decode(state)
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []resource.PropertyMap{decoded, decoded[inputsKey].ObjectValue()} {
		data := from["data"].ObjectValue()
		if !data["hidden"].IsSecret() || data["plain"].IsSecret() {
			t.Errorf("data: %v", data)
		}
	}
}

func TestCanonicalInputs(t *testing.T) {
	got := check(t, offline(t, nil), "kubernetes:apps/v1:StatefulSet", `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: x, namespace: ns, annotations: {}, creationTimestamp: 2026-01-01T00:00:00Z}
spec: {replicas: 2, template: {spec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: c, resources: {limits: {cpu: 1000m, memory: 1024Mi}}}]}}}`, nil)
	expectSame(t, toObject(got).Object, object(t, `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: x, namespace: ns}
spec: {replicas: 2, template: {spec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: c, resources: {limits: {cpu: "1", memory: 1Gi}}}]}}}`))
}

func TestUnreachableCluster(t *testing.T) {
	p := offline(t, nil)
	_, err := p.Read(context.Background(), &pulumirpc.ReadRequest{Urn: urnOf("kubernetes:core/v1:ConfigMap"), Id: "n/x"})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/kubeconfig") || !strings.Contains(err.Error(), "PULUMI_K8S_DELETE_UNREACHABLE") {
		t.Errorf("read: %v", err)
	}
	_, err = p.Create(context.Background(), &pulumirpc.CreateRequest{
		Urn: urnOf("kubernetes:core/v1:ConfigMap"), Properties: wire(t, object(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}")),
	})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/kubeconfig") {
		t.Errorf("create: %v", err)
	}
}
