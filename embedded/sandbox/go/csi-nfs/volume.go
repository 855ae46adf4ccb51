package main

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Keys of a class's parameters and of a volume's context, which count in any case.
const (
	keyServer           = "server"
	keyShare            = "share"
	keySubDir           = "subdir"
	keyOnDelete         = "ondelete"
	keyMountPermissions = "mountpermissions"
	keyMountOptions     = "mountoptions"
	// These three are added by the provisioner sidecar when it runs with --extra-create-metadata.
	keyClaim     = "csi.storage.k8s.io/pvc/name"
	keyNamespace = "csi.storage.k8s.io/pvc/namespace"
	keyVolume    = "csi.storage.k8s.io/pv/name"
)

// What becomes of a volume's directory when the volume is deleted.
const (
	deleted  = "delete"
	retained = "retain"
	archived = "archive"
)

// separator stands between the parts of an id.
const separator = "#"

// volume is a directory of a share.
type volume struct {
	server, share, subDir string
	// uuid is the volume's name where the directory has another.
	uuid     string
	onDelete string
}

// volumeOf is the volume of a name in a class of these parameters, and the mode of its directory, 0 for any.
func volumeOf(name string, parameters map[string]string, defaults settings) (volume, uint32, error) {
	v := volume{onDelete: defaults.onDelete}
	mode := defaults.mode
	for key, value := range parameters {
		var err error
		switch strings.ToLower(key) {
		case keyServer:
			v.server = value
		case keyShare:
			v.share = value
		case keySubDir:
			v.subDir = filledIn(value, parameters)
		case keyOnDelete:
			v.onDelete, err = policyOf(value, defaults.onDelete)
		case keyMountPermissions:
			mode, err = modeOf(value, mode)
		case keyClaim, keyNamespace, keyVolume:
		default:
			err = fmt.Errorf("the class's parameter %q is unknown: take server, share, subDir, onDelete and mountPermissions", key)
		}
		if err != nil {
			return volume{}, 0, err
		}
	}
	if v.server == "" || v.share == "" {
		return volume{}, 0, errors.New("the class needs the parameters server and share")
	}
	if v.subDir == "" {
		v.subDir = name
	} else {
		v.uuid = name
	}
	if strings.Contains(v.server+v.share+v.subDir+v.uuid, separator) {
		return volume{}, 0, fmt.Errorf("server, share and subDir must not contain %s, which ends each of them in the volume's id", separator)
	}
	if err := v.check(); err != nil {
		return volume{}, 0, err
	}
	_, err := v.directory()
	return v, mode, err
}

// filledIn replaces what a subDir says of claim and volume.
func filledIn(subDir string, parameters map[string]string) string {
	return strings.NewReplacer(
		"${pvc.metadata.name}", valueOf(parameters, keyClaim),
		"${pvc.metadata.namespace}", valueOf(parameters, keyNamespace),
		"${pv.metadata.name}", valueOf(parameters, keyVolume),
	).Replace(subDir)
}

// valueOf is the value of a key in any case.
func valueOf(values map[string]string, key string) string {
	for name, value := range values {
		if strings.EqualFold(name, key) {
			return value
		}
	}
	return ""
}

func policyOf(value, otherwise string) (string, error) {
	if value == "" {
		return otherwise, nil
	}
	if slices.Contains([]string{deleted, retained, archived}, strings.ToLower(value)) {
		return value, nil
	}
	return "", fmt.Errorf("onDelete is %q: take delete, retain or archive", value)
}

func modeOf(value string, otherwise uint32) (uint32, error) {
	if value == "" {
		return otherwise, nil
	}
	mode, err := strconv.ParseUint(value, 8, 32)
	if err != nil {
		return 0, fmt.Errorf("mountPermissions is %q, not an octal mode such as 0770", value)
	}
	return uint32(mode), nil
}

// check refuses what leads out of the share.
func (v volume) check() error {
	for key, value := range map[string]string{"share": v.share, "subDir": v.subDir, "name": v.uuid} {
		if slices.Contains(strings.FieldsFunc(value, isSlash), "..") {
			return fmt.Errorf("%s is %q: it must not contain ..", key, value)
		}
	}
	return nil
}

func isSlash(r rune) bool { return r == '/' || r == '\\' }

// directory is the volume's below the share. The share itself is nobody's: deleting such a volume would remove all in it.
func (v volume) directory() (string, error) {
	name := path.Clean(strings.Trim(v.subDir, "/"))
	if name == "." {
		return "", fmt.Errorf("subDir comes out as %q, which names no directory below the share", v.subDir)
	}
	return name, nil
}

// id holds all that the deletion of the volume needs to know, in the layout of csi-driver-nfs.
func (v volume) id() string {
	policy := ""
	if strings.EqualFold(v.onDelete, retained) || strings.EqualFold(v.onDelete, archived) {
		policy = v.onDelete
	}
	trim := func(s string) string { return strings.Trim(s, "/") }
	return strings.Join([]string{trim(v.server), trim(v.share), trim(v.subDir), v.uuid, policy}, separator)
}

// oldID is how the driver's first releases wrote it.
var oldID = regexp.MustCompile("^([^/]+)/(.*)/([^/]+)$")

// volumeFrom reads an id.
func volumeFrom(id string) (volume, error) {
	var v volume
	if parts := strings.Split(id, separator); len(parts) >= 3 {
		parts = append(parts, "", "")
		v = volume{server: parts[0], share: parts[1], subDir: parts[2], uuid: parts[3], onDelete: parts[4]}
	} else if parts := oldID.FindStringSubmatch(id); parts != nil {
		v = volume{server: parts[1], share: parts[2], subDir: parts[3]}
	} else {
		return volume{}, fmt.Errorf("%q is no id of this driver: server#share#directory#volume#onDelete", id)
	}
	return v, v.check()
}

// source is what is mounted for the share, or for a directory of it.
func source(server, share, subDir string) string {
	if address, err := netip.ParseAddr(server); err == nil && address.Is6() {
		server = "[" + server + "]"
	}
	if subDir == "" {
		return server + ":" + share
	}
	return server + ":" + strings.TrimRight(share, "/") + "/" + subDir
}

// shareSource is what the controller mounts to get at the volume's directory.
func (v volume) shareSource() string {
	return source(v.server, path.Join("/", v.share), "")
}
