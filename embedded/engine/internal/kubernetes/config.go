package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// settings is the provider's configuration.
type settings struct {
	// kubeconfig is a path, or the content as YAML or JSON; "" for $KUBECONFIG and ~/.kube/config.
	kubeconfig string
	context    string
	cluster    string
	namespace  string
	// configMapMutable and secretMutable: a change of data updates in place; default: replaces.
	configMapMutable bool
	secretMutable    bool
	// patchForce takes fields over from other managers instead of failing.
	patchForce bool
	// deleteUnreachable drops objects from state whose cluster cannot be reached.
	deleteUnreachable bool
	// upsert lets a create take over an object that exists, as it is then asked for; default: an error.
	upsert bool
	client clientSettings
}

// clientSettings limits the requests to the API server.
type clientSettings struct {
	Burst *int     `json:"burst"`
	QPS   *float64 `json:"qps"`
	// Timeout of one request, in seconds; default: none.
	Timeout *int `json:"timeout"`
}

// Defaults of pulumi-kubernetes 4.32.
const (
	defaultBurst = 120
	defaultQPS   = 50
)

// refusedSettings are keys that change what the provider does in ways that it does not cover.
var refusedSettings = []string{
	"alwaysRender", "helmReleaseSettings", "renderYamlToDirectory", "skipUpdateUnreachable", "strictMode",
}

// CheckConfig refuses settings that are not covered, each by name.
func (p *Provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	var failures []*pulumirpc.CheckFailure
	for _, key := range refusedSettings {
		if isSet(news[resource.PropertyKey(key)]) {
			failures = append(failures, &pulumirpc.CheckFailure{Property: key, Reason: notCovered("the setting " + key)})
		}
	}
	if ssa := news["enableServerSideApply"]; isFalse(ssa) {
		failures = append(failures, &pulumirpc.CheckFailure{
			Property: "enableServerSideApply", Reason: notCovered("enableServerSideApply: false"),
		})
	}
	return &pulumirpc.CheckResponse{Inputs: req.GetNews(), Failures: failures}, nil
}

func isSet(v resource.PropertyValue) bool {
	v = plain(v)
	switch {
	case v.IsString():
		return v.StringValue() != "" && v.StringValue() != "false"
	case v.IsBool():
		return v.BoolValue()
	case v.IsObject():
		return len(v.ObjectValue()) > 0
	}
	return false
}

func isFalse(v resource.PropertyValue) bool {
	v = plain(v)
	return v.IsBool() && !v.BoolValue() || v.IsString() && v.StringValue() == "false"
}

// plain takes the secret wrapping off.
func plain(v resource.PropertyValue) resource.PropertyValue {
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	return v
}

// Configure reads the settings. The cluster is not dialled before it is needed.
func (p *Provider) Configure(
	_ context.Context, req *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	read, err := readSettings(req.GetVariables())
	if err != nil {
		return nil, err
	}
	p.settings = read
	p.cluster = newCluster(read)
	return &pulumirpc.ConfigureResponse{
		// The provider marks secrets itself, as pulumi-kubernetes does: the data of a Secret is secret even where the
		// program gave it in plain text, and one secret value does not hide the whole object around it.
		AcceptSecrets:                   true,
		SupportsPreview:                 true,
		SupportsAutonamingConfiguration: true,
	}, nil
}

func readSettings(vars map[string]string) (settings, error) {
	get := func(key string) string { return vars["kubernetes:config:"+key] }
	flag := func(key, env string) bool {
		value, ok := vars["kubernetes:config:"+key]
		if !ok {
			value = os.Getenv(env)
		}
		return value == "true"
	}
	s := settings{
		kubeconfig:        get("kubeconfig"),
		context:           get("context"),
		cluster:           get("cluster"),
		namespace:         get("namespace"),
		configMapMutable:  flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
		secretMutable:     flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
		patchForce:        flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
		deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
		upsert:            flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
	}
	if text := get("kubeClientSettings"); text != "" {
		if err := json.Unmarshal([]byte(text), &s.client); err != nil {
			return s, fmt.Errorf("the setting kubeClientSettings is not valid: %w", err)
		}
	}
	var err error
	if s.client.Burst, err = limit(s.client.Burst, "PULUMI_K8S_CLIENT_BURST", strconv.Atoi, defaultBurst); err != nil {
		return s, err
	}
	parseFloat := func(text string) (float64, error) { return strconv.ParseFloat(text, 64) }
	if s.client.QPS, err = limit(s.client.QPS, "PULUMI_K8S_CLIENT_QPS", parseFloat, defaultQPS); err != nil {
		return s, err
	}
	s.client.Timeout, err = limit(s.client.Timeout, "PULUMI_K8S_CLIENT_TIMEOUT", strconv.Atoi, 0)
	return s, err
}

// limit takes the setting, else the environment, else the default.
func limit[T int | float64](set *T, env string, parse func(string) (T, error), other T) (*T, error) {
	if set != nil {
		return set, nil
	}
	text := strings.TrimSpace(os.Getenv(env))
	if text == "" {
		return &other, nil
	}
	value, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s must be a number, not %q", env, text)
	}
	return &value, nil
}

// requestTimeout is the time that one request may take; 0 for no limit.
func (c clientSettings) requestTimeout() time.Duration {
	return time.Duration(*c.Timeout) * time.Second
}
