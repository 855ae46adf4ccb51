package kubernetes

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// undivided names the fields that have one owner as a whole (they are "atomic" in the API), and that nobody adds to but by
// hand: what stands in them next to the program's own values is a change of these, unlike another label or another key of a
// Secret. pulumi-kubernetes 4.32 does not see it.
var undivided = map[schema.GroupKind][]string{
	{Kind: "Service"}: {"spec", "selector"},
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"}:        {"rules"},
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"}: {"subjects"},
	{Group: "rbac.authorization.k8s.io", Kind: "Role"}:               {"rules"},
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:        {"subjects"},
}

// asWritten cuts a live object down to what a program had written of it, nil if it had written nothing.
func asWritten(live, inputs *unstructured.Unstructured) map[string]any {
	written := pruneMap(live.Object, inputs.Object)
	path, ok := undivided[kindOf(live).GroupKind()]
	if !ok || written == nil {
		return written
	}
	whole, _, _ := unstructured.NestedFieldNoCopy(live.Object, path...)
	part, found, _ := unstructured.NestedFieldNoCopy(written, path...)
	if !found {
		return written
	}
	switch values := part.(type) {
	case map[string]any:
		all, _ := whole.(map[string]any)
		for key, value := range all {
			if _, ours := values[key]; !ours {
				values[key] = runtime.DeepCopyJSONValue(value)
			}
		}
	case []any:
		if all, _ := whole.([]any); len(all) > len(values) {
			_ = unstructured.SetNestedField(written, append(values, runtime.DeepCopyJSONValue(all[len(values):]).([]any)...), path...)
		}
	}
	return written
}
