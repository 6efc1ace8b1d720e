"""Pages of oversight: 区级驾驶舱 and 大屏, 上级监测, 授权上级查看."""
