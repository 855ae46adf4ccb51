package main

import (
	"maps"
	"testing"
)

// class is one of the export /nfs, with more parameters.
func class(more map[string]string) map[string]string {
	parameters := map[string]string{
		"server": "nas", "share": "/nfs",
		"csi.storage.k8s.io/pvc/name": "data", "csi.storage.k8s.io/pvc/namespace": "shiqi", "csi.storage.k8s.io/pv/name": "pvc-1",
	}
	maps.Copy(parameters, more)
	return parameters
}

func TestIdsAreThoseOfTheRelease(t *testing.T) {
	for want, parameters := range map[string]map[string]string{
		"nas#nfs#pvc-1##":               {},
		"nas#nfs#shiqi/data#pvc-1#":     {"subDir": "${pvc.metadata.namespace}/${pvc.metadata.name}"},
		"nas#nfs#shiqi-pvc-1#pvc-1#":    {"subdir": "/${pvc.metadata.namespace}-${pv.metadata.name}/"},
		"nas#nfs#pvc-1##retain":         {"onDelete": "retain"},
		"nas#nfs#pvc-1##Archive":        {"ONDELETE": "Archive"},
		"nas#srv/a#fixed#pvc-1#archive": {"share": "/srv/a/", "subDir": "fixed", "onDelete": "archive"},
		"10.0.0.1#nfs#pvc-1##":          {"server": "10.0.0.1", "onDelete": "delete"},
		"fd00::1#nfs#${unknown}#pvc-1#": {"server": "fd00::1", "subDir": "${unknown}"},
	} {
		v, _, err := volumeOf("pvc-1", class(parameters), settings{})
		if err != nil || v.id() != want {
			t.Errorf("%v: %q, %v; want %q", parameters, v.id(), err, want)
		}
		again, err := volumeFrom(v.id())
		if err != nil || again.id() != want {
			t.Errorf("%q is read as %+v, %v", want, again, err)
		}
	}
}

func TestTheDriversDefaultsCount(t *testing.T) {
	v, mode, err := volumeOf("pvc-1", class(nil), settings{onDelete: "retain", mode: 0o770})
	if err != nil || v.id() != "nas#nfs#pvc-1##retain" || mode != 0o770 {
		t.Errorf("%q, %o, %v", v.id(), mode, err)
	}
	if _, mode, err := volumeOf("pvc-1", class(map[string]string{"mountPermissions": "02775"}), settings{mode: 0o770}); err != nil || mode != 0o2775 {
		t.Errorf("%o, %v", mode, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, parameters := range map[string]map[string]string{
		"no server":        {"server": ""},
		"no share":         {"share": ""},
		"unknown key":      {"path": "x"},
		"policy":           {"onDelete": "keep"},
		"mode":             {"mountPermissions": "rwx"},
		"above":            {"subDir": "../x"},
		"above, within":    {"subDir": "a/../b"},
		"above, at end":    {"subDir": "a/.."},
		"above, filled in": {"subDir": "${pvc.metadata.name}/x", "csi.storage.k8s.io/pvc/name": ".."},
		"above, backslash": {"subDir": `a\..\b`},
		"share above":      {"share": "/nfs/../etc"},
		"share itself":     {"subDir": "/"},
		"share, as dot":    {"subDir": "./"},
		"another's id":     {"subDir": "other#pvc-2"},
		"server in id":     {"server": "nas#other"},
	} {
		if v, _, err := volumeOf("pvc-1", class(parameters), settings{}); err == nil {
			t.Errorf("%s: comes out as %q; want a refusal", name, v.id())
		}
	}
	if v, _, err := volumeOf("../x", class(nil), settings{}); err == nil {
		t.Errorf("a volume's name that leads out comes out as %q", v.id())
	}
}

func TestIdsThatAreRead(t *testing.T) {
	for id, want := range map[string]volume{
		"nas/srv/nfs/pvc-1":      {server: "nas", share: "srv/nfs", subDir: "pvc-1"},
		"nas#nfs#pvc-1":          {server: "nas", share: "nfs", subDir: "pvc-1"},
		"nas#nfs#a/b#pvc-1":      {server: "nas", share: "nfs", subDir: "a/b", uuid: "pvc-1"},
		"nas#nfs#a#pvc-1#retain": {server: "nas", share: "nfs", subDir: "a", uuid: "pvc-1", onDelete: "retain"},
	} {
		if v, err := volumeFrom(id); err != nil || v != want {
			t.Errorf("%q: %+v, %v", id, v, err)
		}
	}
	for _, id := range []string{"fake-vol-id", "nas#nfs", "nas#nfs#../etc", "nas#../..#x", "nas#nfs#x#../y", "nas#nfs#x/.."} {
		if v, err := volumeFrom(id); err == nil {
			t.Errorf("%q is read as %+v; want a refusal", id, v)
		}
	}
}

func TestSources(t *testing.T) {
	for want, got := range map[string]string{
		"nas:/nfs":         source("nas", "/nfs", ""),
		"nas:/nfs/a/b":     source("nas", "/nfs/", "a/b"),
		"nas:/a":           source("nas", "/", "a"),
		"[fd00::1]:/nfs/a": source("fd00::1", "/nfs", "a"),
		"nas:/srv/nfs":     volume{server: "nas", share: "srv/nfs"}.shareSource(),
	} {
		if got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}
