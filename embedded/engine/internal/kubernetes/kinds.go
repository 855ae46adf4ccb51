package kubernetes

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// kindOfType reads `kubernetes:<group>/<version>:<Kind>`; the group `core` is the API's empty group. Types that are no
// object of the API are refused by name: Helm, kustomize and YAML resources, Patch resources and lists.
func kindOfType(token tokens.Type) (schema.GroupVersionKind, error) {
	group, version, found := strings.Cut(string(token.Module().Name()), "/")
	kind := string(token.Name())
	if !found {
		return schema.GroupVersionKind{}, fmt.Errorf(
			"the resource type %s is not of the form kubernetes:<group>/<version>:<Kind>", token)
	}
	if group == "core" {
		group = ""
	}
	gvk := schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
	switch {
	case group == "helm.sh" || group == "kustomize" || group == "yaml":
		return gvk, unsupported("the resource type " + string(token))
	case isList(gvk):
		return gvk, fmt.Errorf("the list %s cannot be created; register its items as resources of their own", token)
	case isPatch(gvk):
		return gvk, unsupported("the Patch resource " + string(token))
	}
	return gvk, nil
}

// kindOfURN is kindOfType of the resource's type.
func kindOfURN(urn resource.URN) (schema.GroupVersionKind, error) { return kindOfType(urn.Type()) }

// kindOf reads apiVersion and kind of an object.
func kindOf(obj *unstructured.Unstructured) schema.GroupVersionKind {
	gvk := obj.GroupVersionKind()
	if gvk.Group == "core" {
		gvk.Group = ""
	}
	return gvk
}

// isList tells whether a kind of Kubernetes itself is a list of objects.
func isList(kind schema.GroupVersionKind) bool {
	obj, err := scheme.Scheme.New(kind)
	return err == nil && meta.IsListType(obj)
}

// isPatch tells whether a type is the Patch variant of a kind of Kubernetes itself.
func isPatch(kind schema.GroupVersionKind) bool {
	base, cut := strings.CutSuffix(kind.Kind, "Patch")
	return cut && builtin(schema.GroupVersionKind{Group: kind.Group, Version: kind.Version, Kind: base})
}

// builtin tells whether Kubernetes itself defines a kind.
func builtin(kind schema.GroupVersionKind) bool {
	return scheme.Scheme.Recognizes(kind) || clusterScoped[kind.GroupKind()]
}

// clusterScoped are the kinds of Kubernetes itself whose objects have no namespace. Knowing them spares a request, and
// lets a preview name its objects rightly while there is no cluster yet.
var clusterScoped = func() map[schema.GroupKind]bool {
	kinds := map[string][]string{
		"":                             {"ComponentStatus", "Namespace", "Node", "PersistentVolume"},
		"admissionregistration.k8s.io": {"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"},
		"apiextensions.k8s.io":         {"CustomResourceDefinition"},
		"apiregistration.k8s.io":       {"APIService"},
		"authentication.k8s.io":        {"SelfSubjectReview", "TokenReview"},
		"authorization.k8s.io":         {"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"},
		"certificates.k8s.io":          {"CertificateSigningRequest", "ClusterTrustBundle"},
		"flowcontrol.apiserver.k8s.io": {"FlowSchema", "PriorityLevelConfiguration"},
		"internal.apiserver.k8s.io":    {"StorageVersion"},
		"networking.k8s.io":            {"IngressClass", "IPAddress", "ServiceCIDR"},
		"node.k8s.io":                  {"RuntimeClass"},
		"rbac.authorization.k8s.io":    {"ClusterRole", "ClusterRoleBinding"},
		"resource.k8s.io":              {"DeviceClass", "DeviceTaintRule", "ResourceSlice"},
		"scheduling.k8s.io":            {"PriorityClass"},
		"storage.k8s.io":               {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"},
		"storagemigration.k8s.io":      {"StorageVersionMigration"},
	}
	set := map[schema.GroupKind]bool{}
	for group, names := range kinds {
		for _, name := range names {
			set[schema.GroupKind{Group: group, Kind: name}] = true
		}
	}
	return set
}()
