import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node in this process, with the ICU and phonetic analysers: HTTP port, transport port, data folder. */
public class OpenSearchNode {
    private static final String PLUGINS =
            "org.opensearch.plugin.analysis.icu.AnalysisICUPlugin,org.opensearch.plugin.analysis.AnalysisPhoneticPlugin";

    public static void main(String[] arguments) throws Exception {
        String httpPort = arguments[0];
        String transportPort = arguments[1];
        String data = arguments[2];
        OpenSearchRunner runner = new OpenSearchRunner();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                runner.close();
            } catch (Exception error) {
                error.printStackTrace();
            }
        }));
        runner.onBuild((number, settings) -> {
            settings.put("http.port", httpPort);
            settings.put("transport.port", transportPort);
            settings.put("network.host", "127.0.0.1");
            settings.put("discovery.type", "single-node");
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            settings.put("node.name", "node-1");
        }).build(OpenSearchRunner.newConfigs().basePath(data).numOfNode(1).clusterName("tests-" + httpPort)
                .pluginTypes(PLUGINS));
        Thread.currentThread().join();
    }
}
