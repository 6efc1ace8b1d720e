"""What the tables of records are called where somebody chooses one."""

RECORDS = "工作记录"
ARRIVING = "会议、培训、安全课、宣传等；演练和须附材料的不能导入"
LEAVING = "会议、培训、演练、宣传等记录，按页面上的筛选条件"
