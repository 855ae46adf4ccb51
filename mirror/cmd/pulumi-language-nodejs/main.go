// Command pulumi-language-nodejs starts Pulumi programs that are written for Node.
package main

import (
	_ "github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	_ "github.com/pulumi/pulumi/sdk/v3/proto/go"
	_ "google.golang.org/grpc"
	_ "google.golang.org/protobuf/types/known/structpb"
)

func main() {}
