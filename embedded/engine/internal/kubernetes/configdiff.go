package kubernetes

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/client-go/tools/clientcmd/api"
)

// clusterKeys are the settings that decide which cluster is meant.
var clusterKeys = []string{"kubeconfig", "context", "cluster"}

// DiffConfig asks for replacement only where the cluster itself is another one: the cluster entry of the kubeconfig
// that is in force (server, CA and so on) changed. New credentials for the same cluster are no reason. A value that is
// not known yet could name any cluster, so it replaces. With clusterIdentifier set
// before and after, it alone decides; setting it for the first time, or no longer, replaces nothing by itself.
func (p *Provider) DiffConfig(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, err := decode(req.GetOlds())
	if err != nil {
		return nil, err
	}
	news, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	olds, news = stripSecrets(olds), stripSecrets(news)
	diff := olds.Diff(news)
	if diff == nil {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
	}
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_SOME}
	for _, key := range diff.ChangedKeys() {
		response.Diffs = append(response.Diffs, string(key))
	}
	slices.Sort(response.Diffs)

	const identifier = "clusterIdentifier"
	if news.HasValue(identifier) && diff.Same(identifier) {
		return response, nil
	}
	if diff.Updated(identifier) {
		response.Replaces = append(response.Replaces, identifier)
	}
	for _, key := range clusterKeys {
		if news[resource.PropertyKey(key)].IsComputed() {
			response.Replaces = append(response.Replaces, key)
			return response, nil
		}
	}
	before, after := activeCluster(olds), activeCluster(news)
	moved := before != nil && after != nil && !reflect.DeepEqual(before, after)
	for _, key := range clusterKeys {
		if moved && slices.Contains(response.Diffs, key) {
			response.Replaces = append(response.Replaces, key)
		}
	}
	return response, nil
}

// activeCluster finds the cluster entry that is in force, nil if there is none or the kubeconfig cannot be read: then
// the first request to the cluster says what is wrong.
func activeCluster(config resource.PropertyMap) *api.Cluster {
	var text string
	switch v := config["kubeconfig"]; {
	case v.IsString():
		text = v.StringValue()
	case v.IsObject():
		encoded, err := json.Marshal(v.ObjectValue().Mappable())
		if err != nil {
			return nil
		}
		text = string(encoded)
	}
	if text == "" {
		return nil
	}
	kubeconfig, err := loadKubeconfig(text)
	if err != nil {
		return nil
	}
	name := kubeconfig.CurrentContext
	if v := config["context"]; v.IsString() && v.StringValue() != "" {
		name = v.StringValue()
	}
	entry := kubeconfig.Contexts[name]
	if entry == nil {
		return nil
	}
	if v := config["cluster"]; v.IsString() && v.StringValue() != "" {
		return kubeconfig.Clusters[v.StringValue()]
	}
	return kubeconfig.Clusters[entry.Cluster]
}
