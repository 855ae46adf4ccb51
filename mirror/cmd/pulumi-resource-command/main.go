// Command pulumi-resource-command runs commands on other machines.
package main

import (
	_ "github.com/pulumi/pulumi/pkg/v3/resource/provider"
	_ "github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	_ "golang.org/x/crypto/ssh"
	_ "golang.org/x/crypto/ssh/agent"
)

func main() {}
