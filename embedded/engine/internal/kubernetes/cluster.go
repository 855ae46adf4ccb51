package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// reachLimit is how long the first request to a cluster may take.
const reachLimit = 15 * time.Second

// cluster is the connection to one API server.
type cluster struct {
	// namespace is where objects go that name none.
	namespace string
	config    *rest.Config
	// invalid is what is wrong with the kubeconfig, nil if nothing.
	invalid error

	connect   func() error
	dynamic   dynamic.Interface
	discovery discovery.DiscoveryInterface
	mapper    *restmapper.DeferredDiscoveryRESTMapper
}

// newCluster reads the kubeconfig. An error in it is kept and told at the first use, so that a preview can go on
// without a cluster.
func newCluster(s settings) *cluster {
	c := &cluster{namespace: "default"}
	c.connect = sync.OnceValue(c.dial)
	overrides := &clientcmd.ConfigOverrides{
		Context:        api.Context{Cluster: s.cluster, Namespace: s.namespace},
		CurrentContext: s.context,
	}
	var loader clientcmd.ClientConfig
	if s.kubeconfig == "" {
		loader = clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
			clientcmd.NewDefaultClientConfigLoadingRules(), overrides)
	} else {
		kubeconfig, err := loadKubeconfig(s.kubeconfig)
		if err != nil {
			c.invalid = err
			return c
		}
		loader = clientcmd.NewDefaultClientConfig(*kubeconfig, overrides)
	}
	if namespace, _, err := loader.Namespace(); err == nil {
		c.namespace = namespace
	}
	config, err := loader.ClientConfig()
	if err != nil {
		c.invalid = fmt.Errorf("the kubeconfig cannot be used: %w", err)
		return c
	}
	config.Burst, config.QPS = *s.client.Burst, float32(*s.client.QPS)
	config.Timeout = s.client.requestTimeout()
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return patientTransport{next} })
	config.WarningHandler = rest.NoWarnings{}
	config.UserAgent = "pulumi-kubernetes/" + Version + " (storage-lab)"
	c.config = config
	return c
}

// loadKubeconfig reads a kubeconfig given as path (`~` for the home folder) or as content.
func loadKubeconfig(pathOrContent string) (*api.Config, error) {
	path := pathOrContent
	if rest, ok := strings.CutPrefix(path, "~"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	content, err := os.ReadFile(path)
	if err != nil {
		if !strings.ContainsAny(pathOrContent, "\n{") {
			return nil, fmt.Errorf("the kubeconfig %s cannot be read: %w", pathOrContent, err)
		}
		content = []byte(pathOrContent)
	}
	kubeconfig, err := clientcmd.Load(content)
	if err != nil {
		return nil, fmt.Errorf("the kubeconfig is not valid: %w", err)
	}
	return kubeconfig, nil
}

// dial makes the clients and asks the API server for its version.
func (c *cluster) dial() error {
	if c.invalid != nil {
		return c.invalid
	}
	client, err := rest.HTTPClientFor(c.config)
	if err != nil {
		return fmt.Errorf("the kubeconfig cannot be used: %w", err)
	}
	found, err := discovery.NewDiscoveryClientForConfigAndClient(c.config, client)
	if err != nil {
		return fmt.Errorf("the kubeconfig cannot be used: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), reachLimit)
	defer cancel()
	if err := found.RESTClient().Get().AbsPath("/version").Do(ctx).Error(); err != nil {
		return fmt.Errorf("the Kubernetes API server %s does not answer: %w; check that the cluster runs and that "+
			"the provider's kubeconfig and context name it", c.config.Host, err)
	}
	c.discovery = found
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(found))
	c.dynamic, err = dynamic.NewForConfigAndClient(c.config, client)
	return err
}

// mapping looks a kind up in the API server's discovery. A kind that is not in what was read before is looked up again:
// its definition may have been made since then, by this run or by someone else.
func (c *cluster) mapping(kind schema.GroupVersionKind) (*meta.RESTMapping, error) {
	if err := c.connect(); err != nil {
		return nil, err
	}
	found, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset()
		found, err = c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	return found, err
}

// find is resource for an object that was there before: nil if its kind is not served any more. Of a kind that discovery
// does not list, the API server is asked by itself: discovery leaves out, without a word, groups whose server does not
// answer just then, and an object of theirs is not gone.
func (c *cluster) find(obj *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	client, err := c.resource(obj)
	if !meta.IsNoMatchError(err) {
		return client, err
	}
	kind := kindOf(obj)
	list, err := c.discovery.ServerResourcesForGroupVersion(kind.GroupVersion().String())
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err == nil && slices.ContainsFunc(list.APIResources, func(r metav1.APIResource) bool { return r.Kind == kind.Kind }) {
		err = errors.New("discovery does not list it just now; try again")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot see whether %s is still there: the kind %s in %s: %w",
			title(obj), kind.Kind, kind.GroupVersion(), err)
	}
	return nil, nil
}

// resource gives the client for an object's kind and namespace.
func (c *cluster) resource(obj *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapping(kindOf(obj))
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.dynamic.Resource(mapping.Resource), nil
	}
	namespace := obj.GetNamespace()
	if namespace == "" {
		namespace = c.namespace
	}
	return c.dynamic.Resource(mapping.Resource).Namespace(namespace), nil
}

// namespaced tells whether objects of a kind live in a namespace. Where that cannot be found out, as for the kind of a
// definition that is yet to be made, they are taken to.
func (c *cluster) namespaced(kind schema.GroupVersionKind) bool {
	if builtin(kind) {
		return !clusterScoped[kind.GroupKind()]
	}
	mapping, err := c.mapping(kind)
	return err != nil || mapping.Scope.Name() == meta.RESTScopeNameNamespace
}
