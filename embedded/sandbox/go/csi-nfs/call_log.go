package main

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/klog/v2"
)

// callLog writes a line for each call: what was asked, what came of it and how long it took. Secrets are never in it.
type callLog struct {
	mutex sync.Mutex
	// last outcome of the calls that are made all the time, by method and volume.
	last map[string]codes.Code
	// write takes a line.
	write func(line string)
}

func newCallLog(write func(string)) *callLog {
	return &callLog{last: map[string]codes.Code{}, write: write}
}

func (l *callLog) intercept(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	start := time.Now()
	response, err := handle(ctx, request)
	method := path.Base(info.FullMethod)
	if l.worthwhile(method, request, err) {
		took := time.Since(start).Seconds()
		l.write(oneLine(fmt.Sprintf("%s → %s (%.2f s)", strings.Join(append([]string{method}, arguments(request)...), " "), outcome(response, err), took)))
	}
	return response, err
}

// worthwhile leaves out what the kubelet and probes ask for all the time, unless it came out otherwise than before.
func (l *callLog) worthwhile(method string, request any, err error) bool {
	key := method
	switch r := request.(type) {
	case *csi.ProbeRequest, *csi.NodeGetCapabilitiesRequest:
	case *csi.NodeGetVolumeStatsRequest:
		key += " " + r.GetVolumePath()
	case *csi.NodeUnpublishVolumeRequest:
		l.forget("NodeGetVolumeStats " + r.GetTargetPath())
		return true
	default:
		return true
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	before, known := l.last[key]
	l.last[key] = status.Code(err)
	return !known || before != status.Code(err) || klog.V(8).Enabled()
}

func (l *callLog) forget(key string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	delete(l.last, key)
}

// outcome is what the caller was answered.
func outcome(response any, err error) string {
	if err != nil {
		return fmt.Sprintf("%s: %s", status.Code(err), status.Convert(err).Message())
	}
	switch r := response.(type) {
	case *csi.CreateVolumeResponse:
		return r.GetVolume().GetVolumeId()
	case *csi.ControllerExpandVolumeResponse:
		return size(r.GetCapacityBytes())
	case *csi.GetPluginInfoResponse:
		return r.GetName() + " " + r.GetVendorVersion()
	case *csi.NodeGetInfoResponse:
		return r.GetNodeId()
	case *csi.GetPluginCapabilitiesResponse:
		return list(r.GetCapabilities(), func(c *csi.PluginCapability) string { return c.GetService().GetType().String() })
	case *csi.ControllerGetCapabilitiesResponse:
		return list(r.GetCapabilities(), func(c *csi.ControllerServiceCapability) string { return c.GetRpc().GetType().String() })
	case *csi.NodeGetCapabilitiesResponse:
		return list(r.GetCapabilities(), func(c *csi.NodeServiceCapability) string { return c.GetRpc().GetType().String() })
	case *csi.NodeGetVolumeStatsResponse:
		bytes := r.GetUsage()[0]
		return fmt.Sprintf("%s of %s used", size(bytes.GetUsed()), size(bytes.GetTotal()))
	}
	return "done"
}

// arguments are what a request asks for, without secrets.
func arguments(request any) []string {
	switch r := request.(type) {
	case *csi.CreateVolumeRequest:
		words := append([]string{plain(r.GetName()), size(r.GetCapacityRange().GetRequiredBytes())}, values(r.GetParameters())...)
		return append(words, capabilities(r.GetVolumeCapabilities()...)...)
	case *csi.DeleteVolumeRequest:
		return []string{plain(r.GetVolumeId())}
	case *csi.ControllerExpandVolumeRequest:
		return []string{plain(r.GetVolumeId()), "to=" + size(r.GetCapacityRange().GetRequiredBytes())}
	case *csi.ValidateVolumeCapabilitiesRequest:
		return append([]string{plain(r.GetVolumeId())}, capabilities(r.GetVolumeCapabilities()...)...)
	case *csi.NodePublishVolumeRequest:
		words := append([]string{plain(r.GetVolumeId()), "target=" + plain(r.GetTargetPath())}, values(r.GetVolumeContext())...)
		if r.GetReadonly() {
			words = append(words, "readonly")
		}
		return append(words, capabilities(r.GetVolumeCapability())...)
	case *csi.NodeUnpublishVolumeRequest:
		return []string{plain(r.GetVolumeId()), "target=" + plain(r.GetTargetPath())}
	case *csi.NodeGetVolumeStatsRequest:
		return []string{plain(r.GetVolumeId()), "path=" + plain(r.GetVolumePath())}
	}
	return nil
}

// values are a class's parameters or a volume's attributes; what the sidecars add is named by its last part.
func values(given map[string]string) []string {
	var words []string
	for _, key := range slices.Sorted(maps.Keys(given)) {
		name := strings.TrimPrefix(key, "csi.storage.k8s.io/")
		if name != "ephemeral" && name != "storage.kubernetes.io/csiProvisionerIdentity" {
			words = append(words, plain(name)+"="+plain(given[key]))
		}
	}
	return words
}

func capabilities(given ...*csi.VolumeCapability) []string {
	var words []string
	for _, capability := range given {
		words = append(words, "access="+capability.GetAccessMode().GetMode().String())
		if options := capability.GetMount().GetMountFlags(); len(options) > 0 {
			words = append(words, "options="+plain(strings.Join(options, ",")))
		}
	}
	return words
}

// oneLine keeps what a request brings along from looking like another call.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// plain keeps a line one line, and its words apart.
func plain(value string) string {
	if quoted := strconv.Quote(value); value == "" || strings.ContainsRune(value, ' ') || quoted != `"`+value+`"` {
		return quoted
	}
	return value
}

func list[T any](all []T, name func(T) string) string {
	var names []string
	for _, one := range all {
		names = append(names, name(one))
	}
	return strings.Join(names, ",")
}

// size is a number of bytes as in a claim, rounded down where that is shorter.
func size(bytes int64) string {
	units := []string{"", "Ki", "Mi", "Gi", "Ti"}
	value := bytes
	unit := 0
	for unit < len(units)-1 && value >= 1024 && (value%1024 == 0 || value >= 100*1024) {
		value /= 1024
		unit++
	}
	return strconv.FormatInt(value, 10) + units[unit]
}
